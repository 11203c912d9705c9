/* The same algorithm, sizes and output as ../programs/mandelbrot.py. */
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 100 };

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 700;
    long inside = 0, total = 0, check = 0;
    for (long row = 0; row < n; row++) {
        double ci = 2.4 * (double)row / (double)n - 1.2;
        for (long column = 0; column < n; column++) {
            double cr = 3.0 * (double)column / (double)n - 2.1;
            double zr = 0.0, zi = 0.0, zr2 = 0.0, zi2 = 0.0;
            long count = 0;
            while (count < LIMIT && zr2 + zi2 <= 4.0) {
                zi = 2.0 * zr * zi + ci;
                zr = zr2 - zi2 + cr;
                zr2 = zr * zr;
                zi2 = zi * zi;
                count++;
            }
            total += count;
            check = (check * 31 + count) % 1000000007;
            if (count == LIMIT) inside++;
        }
    }
    printf("%ld %ld %ld\n", inside, total, check);
    return 0;
}
