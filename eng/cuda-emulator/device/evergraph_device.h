// What the emulated NVRTC puts in front of a kernel source. No system header: each compilation reads this.
#pragma once
#include "abi.h"
#include "types.h"
#include "launch.h"
#include "warp.h"
#include "atomics.h"
#include "bits.h"
#include "functions.h"
#include "rounding.h"
