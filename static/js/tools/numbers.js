// Numbers as people write them in the language of the page, in and out.

import { LANGUAGE } from "./words.js";

const SPACES = /[\s\u00a0\u2009\u202f'’]/g;
const CURRENCY = /[€£$]|eur(o)?\b/gi;

export const DECIMAL = /[.,]/.exec(new Intl.NumberFormat(LANGUAGE).format(0.5))[0];
const THOUSANDS = DECIMAL === "," ? "." : ",";

// NaN for what is no number. „1.234“ is a thousand and more in German, as Excel copies it; in English
// so is “1,234”.
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
  const [own, other] = [digits.lastIndexOf(DECIMAL), digits.lastIndexOf(THOUSANDS)];
  if (own < 0 && other < 0) return "";
  if (own >= 0 && other >= 0) return own > other ? DECIMAL : THOUSANDS;
  if (own >= 0) return digits.indexOf(DECIMAL) === own ? DECIMAL : THOUSANDS;
  return areGroups(digits.split(THOUSANDS)) ? DECIMAL : THOUSANDS;
}

function areGroups([first, ...others]) {
  if (!others.length) return /^\d+$/.test(first);
  return /^\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
}

// At most so many digits behind the decimal mark.
export function write(number, digits = 2) {
  const text = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: digits }).format(number);
  return text === "-0" ? "0" : text.replace("-", "−");
}

// Always so many, so that they stand below each other.
export function fixed(number, digits = 1) {
  return new Intl.NumberFormat(LANGUAGE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
    .format(Math.abs(number) < 10 ** -digits / 2 ? 0 : number)
    .replace("-", "−");
}

export function percent(number, digits = 1) {
  return unit({ style: "percent" }).replace("0", fixed(number, digits));
}

export function euros(amount) {
  const form = { style: "currency", currency: "EUR", maximumFractionDigits: 0 };
  const text = unit(form).replace("0", write(Math.abs(amount), 0));
  return amount <= -0.5 ? `−${text}` : text;
}

// For a cell of a file: two digits at most, and nothing between the thousands.
export function plain(number) {
  return String(Math.round(number * 100) / 100).replace(".", DECIMAL);
}

// Nought in a unit, which says where the unit stands.
function unit(form) {
  return new Intl.NumberFormat(LANGUAGE, form).format(0);
}
