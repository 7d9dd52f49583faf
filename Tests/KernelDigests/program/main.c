// The digests as a program of its own, for Scripts/kernel-digests.sh: it also runs where Swift does not.
#include "../include/KernelDigests.h"

#include "CKernels.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--list") == 0) {
    for (int isa = 0; isa < skm_isa_count; isa++)
      if (skm_isa_is_available((skm_isa)isa)) puts(skm_isa_name((skm_isa)isa));
    return 0;
  }
  if (count != 2) {
    fprintf(stderr, "usage: [SKYMASK_ISA=<instruction set>] kernel-digests (--list | <file>)\n");
    return 2;
  }
  if (skm_isa_wish_is_ignored()) {
    fprintf(stderr, "error: SKYMASK_ISA names no instruction set of this CPU\n");
    return 1;
  }
  const int error = kernel_digests_write(arguments[1]);
  if (error) fprintf(stderr, "error: cannot write %s: %s\n", arguments[1], strerror(error));
  return error != 0;
}
