/* The same algorithm, sizes and output as ../programs/sieve.py. A flag takes the eight bytes
 * that an element of a Python list takes. */
#include <stdio.h>
#include <stdlib.h>

static long *sieve(long limit) {
    long *flags = malloc((size_t)(limit + 1) * sizeof *flags);
    for (long i = 0; i <= limit; i++) flags[i] = 1;
    flags[0] = flags[1] = 0;
    for (long i = 2; i * i <= limit; i++)
        if (flags[i])
            for (long j = i * i; j <= limit; j += i) flags[j] = 0;
    return flags;
}

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 4000000;
    long limits[] = {n, n - 1, n / 2, n};
    long check = 0;
    for (int k = 0; k < 4; k++) {
        long limit = limits[k];
        long *flags = sieve(limit);
        long count = 0, last = 0;
        for (long i = 0; i <= limit; i++)
            if (flags[i]) {
                count++;
                last = i;
            }
        check = (check * 31 + count * 7 + last) % 1000000007;
        printf("%ld %ld %ld\n", limit, count, last);
        free(flags);
    }
    printf("%ld\n", check);
    return 0;
}
