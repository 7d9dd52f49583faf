// The real routines are all that is used; the complex ones would need C99 complex numbers.
#define LAPACK_COMPLEX_CUSTOM
#define lapack_complex_float float
#define lapack_complex_double double
#include <lapacke.h>
