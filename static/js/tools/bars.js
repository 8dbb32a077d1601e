// Bars that lie below each other, each with its name above it and its figure at the end.

import { bar, chart, line, text } from "./svg.js";

const WIDTH = 480;
const ROW = 62;
const FIGURE = 76;

// `rows`: name, value, figure as text, variant of its colour. A cut is drawn below so many rows.
export function bars(rows, most, said, cut = 0) {
  const wide = WIDTH - FIGURE;
  const parts = rows.flatMap(({ name, value, figure, variant }, at) => {
    const y = at * ROW;
    return [
      text(0, y + 20, name),
      bar(0, y + 29, wide, 18, "track"),
      bar(0, y + 29, (value / most) * wide, 18, variant),
      text(WIDTH, y + 45, figure, "end"),
    ];
  });
  if (cut > 0 && cut < rows.length)
    parts.push(line(0, cut * ROW - 3, WIDTH, cut * ROW - 3, "chart__axis"));
  return chart(WIDTH, rows.length * ROW, said, ...parts);
}
