#ifndef SKYMASK_ISA_H
#define SKYMASK_ISA_H

/// The instruction sets that the kernels are compiled for, narrowest first.
typedef enum { skm_generic, skm_neon, skm_avx2, skm_avx512 } skm_isa;
enum { skm_isa_count = 4 };

/// The name, as in SKYMASK_ISA: "avx2".
const char *skm_isa_name(skm_isa isa);

/// Whether this CPU has it; 0 or 1. `skm_generic` always is.
int skm_isa_is_available(skm_isa isa);

/// The one in use: what SKYMASK_ISA names when this CPU has it, else the widest there is.
skm_isa skm_isa_in_use(void);

/// Uses another one from now on, in every thread; ignored when this CPU lacks it. The numbers stay the same.
void skm_isa_use(skm_isa isa);

/// 1 when SKYMASK_ISA is set and names no instruction set, or one that this CPU lacks; else 0.
int skm_isa_wish_is_ignored(void);

#endif
