// Four fields of two scales, and where something lies in them.

import { chart, element, line, text } from "./svg.js";

const SIZE = 440;
const LEFT = 40;
const BOTTOM = SIZE - 56;
const TOP = 12;
const RIGHT = SIZE - 8;

// `names`: of the fields, from above left to below right. All figures from 0 to `most`.
export function matrix({ names, axes, x, y, border, most, own, said }) {
  const across = (value) => LEFT + (value / most) * (RIGHT - LEFT);
  const up = (value) => BOTTOM - (value / most) * (BOTTOM - TOP);
  const [middle, level] = [across(border), up(border)];
  const fields = [
    [LEFT, TOP, middle, level],
    [middle, TOP, RIGHT, level],
    [LEFT, level, middle, BOTTOM],
    [middle, level, RIGHT, BOTTOM],
  ];
  const shown = fields.flatMap(([x1, y1, x2, y2], at) => [
    element("rect", {
      x: x1,
      y: y1,
      width: x2 - x1,
      height: y2 - y1,
      class: "matrix__field",
      "data-variant": at === own ? "own" : "",
    }),
    ...words(names[at], (x1 + x2) / 2, y1 + 30),
  ]);
  const made = chart(
    SIZE,
    SIZE,
    said,
    ...shown,
    line(LEFT, TOP, LEFT, BOTTOM, "chart__axis"),
    line(LEFT, BOTTOM, RIGHT, BOTTOM, "chart__axis"),
    text(RIGHT, BOTTOM + 38, `${axes[0]} →`, "end"),
    element(
      "text",
      {
        class: "chart__text",
        "data-variant": "end",
        transform: `translate(${LEFT - 16} ${TOP})rotate(-90)`,
      },
      `${axes[1]} →`,
    ),
    element("circle", { cx: across(x), cy: up(y), r: 13, class: "matrix__dot" }),
  );
  made.classList.add("matrix");
  return made;
}

function words(name, x, y) {
  return name.split("|").map((row, at) => text(x, y + at * 26, row, "class"));
}
