// Changes a text field as if somebody had typed: so that Ctrl+Z takes it back.

export function stateOf(field) {
  return { value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

export function apply(field, { from, to, text, select }) {
  field.focus();
  field.setSelectionRange(from, to);
  const isDone = text ? document.execCommand("insertText", false, text) : from === to || document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(...select);
}

// Selects a line and brings it to where it is seen; 1 is the first.
export function selectLine(field, number) {
  const lines = field.value.split("\n");
  const line = Math.min(Math.max(number, 1), lines.length);
  const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  field.focus();
  field.setSelectionRange(from, from + lines[line - 1].length);
  // Browsers bring to view what is typed, not what is selected.
  field.scrollTop = heightOf(field, field.value.slice(0, from)) - field.clientHeight / 3;
  field.scrollIntoView({ block: "nearest" });
}

// How high a text is in a field, with its lines broken as they are there.
function heightOf(field, text) {
  const mirror = document.createElement("div");
  const style = getComputedStyle(field);
  for (const property of ["font", "lineHeight", "letterSpacing", "tabSize", "paddingInline"]) {
    mirror.style[property] = style[property];
  }
  Object.assign(mirror.style, {
    position: "absolute", visibility: "hidden", boxSizing: "border-box",
    inlineSize: `${field.clientWidth}px`, whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  mirror.textContent = text;
  document.body.append(mirror);
  const { scrollHeight } = mirror;
  mirror.remove();
  return scrollHeight;
}
