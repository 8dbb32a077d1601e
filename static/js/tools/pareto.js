// Curves over customers: the Pareto curve of revenue, the whale curve of results.

import { percent } from "./numbers.js";
import { bar, chart, element, line, text } from "./svg.js";

const WIDTH = 640;
const HEIGHT = 340;
const LEFT = 62;
const TOP = 20;
const BOTTOM = HEIGHT - 44;
const MOST_NAMES = 20;

export function pareto(rows, said) {
  const y = scale(0, 100);
  const step = (WIDTH - LEFT) / rows.length;
  const bars = rows.map(({ share, class: own }, at) =>
    bar(LEFT + at * step + step * 0.12, y(share), step * 0.76, BOTTOM - y(share), own),
  );
  const points = rows.map(({ ends }, at) => [LEFT + (at + 1) * step, y(ends)]);
  const grid = [0, 50, 100].flatMap((mark) => [
    line(LEFT, y(mark), WIDTH, y(mark)),
    text(LEFT - 8, y(mark) + 6, percent(mark, 0), "end"),
  ]);
  return wide(said, ...grid, ...bars, curve([[LEFT, BOTTOM], ...points]), ...classes(rows, step));
}

export function waves(points, said, write) {
  const [low, high] = [Math.min(0, ...points), Math.max(0, ...points)];
  const y = scale(low, high === low ? low + 1 : high);
  const step = (WIDTH - LEFT) / points.length;
  const marks = [...new Set([low, 0, points.at(-1), high])].filter((mark, at, all) =>
    all.slice(0, at).every((other) => Math.abs(y(other) - y(mark)) > 22),
  );
  const grid = marks.flatMap((mark) => [
    line(LEFT, y(mark), WIDTH, y(mark)),
    text(LEFT - 8, y(mark) + 6, write(mark), "end"),
  ]);
  const places = points.map((point, at) => [LEFT + (at + 1) * step, y(point)]);
  return wide(said, ...grid, curve([[LEFT, y(0)], ...places]), ...numbers(points.length, step));
}

// As wide as the page, its letters as large as those beside it.
function wide(said, ...children) {
  const made = chart(WIDTH, HEIGHT, said, ...children);
  made.dataset.variant = "wide";
  return made;
}

function scale(low, high) {
  return (value) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP);
}

function curve(points) {
  return element("polyline", {
    class: "chart__curve",
    points: points.map((point) => point.join(",")).join(" "),
  });
}

// Below the bars: where each class lies, so that colour is not all that tells them apart.
function classes(rows, step) {
  return ["A", "B", "C"].flatMap((name) => {
    const first = rows.findIndex((row) => row.class === name);
    if (first < 0) return [];
    const count = rows.filter((row) => row.class === name).length;
    const [from, to] = [LEFT + first * step, LEFT + (first + count) * step];
    return [
      line(from + 2, BOTTOM + 8, to - 2, BOTTOM + 8, "chart__axis"),
      text((from + to) / 2, BOTTOM + 32, name, "class"),
    ];
  });
}

function numbers(count, step) {
  const every = Math.ceil(count / MOST_NAMES);
  return Array.from({ length: count }, (_, at) => at + 1)
    .filter((number) => number % every === 0)
    .map((number) => text(LEFT + (number - 0.5) * step, BOTTOM + 26, String(number), "middle"));
}
