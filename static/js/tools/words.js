// The language of the page. German words stand in the scripts, as in GNU gettext; a page in another
// language brings the translations of what its scripts say.

const PLURALS = ["zero", "one", "two", "few", "many", "other"];

const page = globalThis.document;
export const LANGUAGE = page?.documentElement.lang || "de";
const translations = JSON.parse(page?.getElementById("words")?.textContent || "{}");

// `values` take the place of %(name)s; %% is a sign for per cent.
export function _(message, values = {}) {
  return filled(translations[key(message)]?.[0] ?? message, values);
}

export function ngettext(one, many, count, values = {}) {
  const forms = translations[key(one)] ?? [one, many];
  const rules = new Intl.PluralRules(LANGUAGE);
  const { pluralCategories } = rules.resolvedOptions();
  const kinds = PLURALS.filter((kind) => pluralCategories.includes(kind));
  const at = Math.min(kinds.indexOf(rules.select(count)), forms.length - 1);
  return filled(forms[at], { num: count, ...values });
}

export function listed(items) {
  return new Intl.ListFormat(LANGUAGE).format(items);
}

// The same as in content/languages.py.
function key(message) {
  let found = 0;
  for (const sign of message) found = (33 * found + sign.codePointAt(0)) % 2 ** 20;
  return found.toString(16);
}

function filled(message, values) {
  return message.replace(/%(?:\((\w+)\)s|%)/g, (_all, name) => (name ? values[name] : "%"));
}
