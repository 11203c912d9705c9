/* The same algorithm, sizes and output as ../programs/collatz.py. */
#include <stdio.h>
#include <stdlib.h>

static long chain(long n) {
    long steps = 0;
    while (n != 1) {
        if (n % 2 == 0)
            n = n / 2;
        else
            n = 3 * n + 1;
        steps++;
    }
    return steps;
}

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 200000;
    long best = 0, start = 0, total = 0;
    for (long i = 1; i < n; i++) {
        long steps = chain(i);
        total += steps;
        if (steps > best) {
            best = steps;
            start = i;
        }
    }
    printf("%ld %ld %ld\n", start, best, total);
    return 0;
}
