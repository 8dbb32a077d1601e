// Numbers as people in Germany write them, in and out.

const SPACES = /[\s\u00a0\u2009\u202f'’]/g;
const CURRENCY = /€|eur(o)?\b/gi;

// NaN for what is no number. „1.234“ is a thousand and more: so German Excel copies it.
export function read(text) {
  let digits = String(text).replace(CURRENCY, "").replace(SPACES, "").replace(/[−–]/g, "-");
  let sign = 1;
  const negative = /^\((.+)\)$|^-(.+)$|^(.+)-$/.exec(digits); // SAP writes the sign behind
  if (negative) {
    sign = -1;
    digits = negative[1] || negative[2] || negative[3];
  }
  digits = digits.replace(/^\+/, "");
  const decimal = decimalMark(digits);
  const thousands = decimal === "," ? "." : ",";
  const [whole, fraction = "", ...rest] = decimal ? digits.split(decimal) : [digits];
  const grouped = whole.split(thousands);
  if (rest.length || !/^\d*$/.test(fraction) || !areGroups(grouped)) return NaN;
  return sign * Number(`${grouped.join("")}.${fraction || 0}`);
}

function decimalMark(digits) {
  const [comma, point] = [digits.lastIndexOf(","), digits.lastIndexOf(".")];
  if (comma < 0 && point < 0) return "";
  if (comma >= 0 && point >= 0) return comma > point ? "," : ".";
  if (comma >= 0) return digits.indexOf(",") === comma ? "," : ".";
  return /^\d{1,3}(\.\d{3})+$/.test(digits) ? "," : ".";
}

function areGroups([first, ...others]) {
  if (!others.length) return /^\d+$/.test(first);
  return /^\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
}

// At most so many digits behind the comma.
export function write(number, digits = 2) {
  const text = new Intl.NumberFormat("de-DE", { maximumFractionDigits: digits }).format(number);
  return text === "-0" ? "0" : text.replace("-", "−");
}

// Always so many, so that they stand below each other.
export function fixed(number, digits = 1) {
  return new Intl.NumberFormat("de-DE", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
    .format(Math.abs(number) < 10 ** -digits / 2 ? 0 : number)
    .replace("-", "−");
}

export function percent(number, digits = 1) {
  return `${fixed(number, digits)}\u00a0%`;
}
