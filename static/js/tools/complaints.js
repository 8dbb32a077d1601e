// How well the eight tasks of complaint management are done (Stauss, Seidel): four that the customer
// sees, four that he does not.

const MOST_POINTS = 4;
const DIRECT = 4;
const WEAKEST = 2;

// `answers`: for each task its points from 0 to 4. Results in per cent of what can be reached. The
// weakest come first; of equal ones the earlier task, on which the later ones build.
export function assess(answers) {
  const results = answers.map((points) => (100 * mean(points)) / MOST_POINTS);
  const order = [...results.keys()]
    .filter((at) => results[at] < 100)
    .sort((one, other) => results[one] - results[other] || one - other);
  const next = order[WEAKEST];
  return {
    results,
    total: mean(results),
    direct: mean(results.slice(0, DIRECT)),
    indirect: mean(results.slice(DIRECT)),
    weakest: order.slice(0, WEAKEST),
    tied: next !== undefined && results[next] === results[order[WEAKEST - 1]],
  };
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
