// Made-up inputs, the same in every run, so that what failed fails again.

const EXAMPLES = 500;

// mulberry32
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function whole(draw, from, to) {
  return from + Math.floor(draw() * (to - from + 1));
}

// Names the example that failed.
export function always(make, check) {
  for (let seed = 1; seed <= EXAMPLES; seed++) {
    const example = make(seeded(seed));
    try {
      check(example);
    } catch (error) {
      error.message += `\nwith ${JSON.stringify(example)}`;
      throw error;
    }
  }
}
