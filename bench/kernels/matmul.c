/* The same algorithm, sizes and output as ../programs/matmul.py. Rows are separate arrays, as
 * lists of lists are; the shortest text that reads back as the same double is printed, as repr does. */
#include <stdio.h>
#include <stdlib.h>

static double **rows(long n) {
    double **a = malloc((size_t)n * sizeof *a);
    for (long i = 0; i < n; i++) a[i] = calloc((size_t)n, sizeof **a);
    return a;
}

static double **make(long n, long seed) {
    double scale = 1.0 / (double)n / (double)n;
    double **a = rows(n);
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) a[i][j] = scale * (double)(i - j) * (double)(i + j + seed);
    return a;
}

static double **multiply(double **a, double **b, long n) {
    double **c = rows(n);
    for (long i = 0; i < n; i++) {
        double *row = a[i], *out = c[i];
        for (long j = 0; j < n; j++) {
            double total = 0.0;
            for (long k = 0; k < n; k++) total += row[k] * b[k][j];
            out[j] = total;
        }
    }
    return c;
}

static void show(double x, char end) {
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    printf("%s%c", text, end);
}

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 330;
    double **c = multiply(make(n, 1), make(n, 2), n);
    show(c[n / 2][n / 2], '\n');
    show(c[0][n - 1], ' ');
    show(c[n - 1][0], '\n');
    double trace = 0.0;
    for (long i = 0; i < n; i++) trace += c[i][i];
    show(trace, '\n');
    return 0;
}
