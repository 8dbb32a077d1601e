import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { convert, fitted, visible, withoutStyles } from "../../static/editor/js/paste.js";
import { parse } from "./dom.mjs";

const FOLDER = new URL("clipboard/", import.meta.url);
const read = (name) => readFileSync(new URL(name, FOLDER), "utf8");
const markdown = (html, options) => convert(parse(withoutStyles(html)), options).markdown;

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".html"))) {
  test(`what ${file} holds becomes clean Markdown`, () => {
    assert.equal(`${markdown(read(file))}\n`, read(file.replace(".html", ".md")));
  });
}

test("images are counted, so that somebody can be told", () => {
  assert.equal(convert(parse(withoutStyles(read("word.html")))).images, 1);
});

test("a sentence without any formatting is left to the browser", () => {
  assert.equal(convert(parse("<meta charset='utf-8'><span>Ein *Satz*</span>")).isPlain, true);
  assert.equal(convert(parse("<pre>## so **getippt**</pre>")).isPlain, true);
  assert.equal(convert(parse("<p>Ein <b>Satz</b></p>")).isPlain, false);
  assert.equal(convert(parse("<p>eins</p><p>zwei</p>")).isPlain, false);
});

test("the highest heading becomes the second level, as the title is the first", () => {
  assert.equal(markdown("<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4>"), "## a\n\n### b\n\n#### c\n\n#### d");
  assert.equal(markdown("<h3>a</h3><h4>b</h4>"), "## a\n\n### b");
  assert.equal(markdown("<div role='heading' aria-level='2'>a</div>"), "## a");
  assert.equal(markdown("<h2><b>Fett</b> ist <i>sie</i></h2>"), "## Fett ist sie");
});

test("emphasis is closed before spaces, and never empty", () => {
  assert.equal(markdown("<p><b>fett </b>und<b> </b>nicht</p>"), "**fett** und nicht");
  assert.equal(markdown("<p><b>a</b> <b>b</b></p>"), "**a b**");
  assert.equal(markdown("<p><b>a <i>b</i></b><i> c</i></p>"), "**a *b*** *c*");
  assert.equal(markdown("<p><b><br></b>x</p>"), "x");
});

test("only what would be read as a sign is escaped", () => {
  assert.equal(markdown("<p>a_b_c und _so_</p>"), "a_b_c und \\_so\\_");
  assert.equal(markdown("<p>[a](b) [x] [^1]</p>"), "\\[a](b) [x] \\[^1]");
  assert.equal(markdown("<p># 1</p><p>&gt; 2</p><p>/// 3</p>"), "\\# 1\n\n\\> 2\n\n\\/// 3");
  assert.equal(markdown("<p>a &lt; b &amp; c</p><p>d</p>"), "a < b & c\n\nd");
});

test("lists keep their levels and numbers", () => {
  assert.equal(markdown("<ol start=3><li>c<ul><li>d</li></ul></li><li>e</li></ol>"), "3. c\n    - d\n4. e");
  assert.equal(markdown("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>"), "- a\n\n    b\n\n- c");
  assert.equal(markdown("<ul><li role=checkbox aria-checked=true>a</li></ul>"), "- [x] a");
  assert.equal(markdown("<p>• a</p><p>• b</p>"), "- a\n- b");
  assert.equal(markdown("<ul><li>a</li></ul><ol><li>b</li></ol>"), "- a\n\n1. b");
});

test("a table made for looks is no table", () => {
  assert.equal(markdown("<table><tr><td><p>a</p><p>b</p></td></tr></table>"), "a\n\nb");
  assert.equal(markdown("<table><tr><td><h2>a</h2></td><td>b</td></tr></table>"), "## a\n\nb");
});

test("rows have equally many cells, also where some were joined", () => {
  const html = "<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>c</td></tr><tr><td>d</td></tr></table>";
  assert.equal(markdown(html), "| a | b |\n|---|---|\n| c |  |\n| d |  |");
});

test("what cannot be seen stays away, and so does what runs", () => {
  const html = "<p>a\u00adb<span style='display:none'>c</span><script>d</script><a href='javascript:e'>f</a></p>";
  assert.equal(markdown(html), "abf");
});

test("signs that nobody sees go, also from a sentence without formatting", () => {
  for (const sign of ["\u00ad", "\u061c", "\u200b", "\u200e", "\u202a", "\u2066", "\ufeff", "\ufffc"]) {
    const { markdown: made, isPlain } = convert(parse(`<span>${sign}0171${sign} 12${sign}</span>`));
    assert.deepEqual([made, isPlain], ["0171 12", false]);
  }
  assert.equal(markdown("<p><b>\u{1f469}\u200d\u{1f4bb}</b></p>"), "**\u{1f469}\u200d\u{1f4bb}**");
});

test("footnotes are numbered after those of the text, and nothing points nowhere", () => {
  const html = '<p>a<a href="#_ftn3">[3]</a> b<a href="#_ftn4">[4]</a></p><div id=ftn3><p><a href="#_ftnref3">[3]</a> c</p></div>';
  assert.equal(markdown(html, { firstNote: 7 }), "a[^7] b\n\n[^7]: c");
});

test("addresses lose their detours, and cannot end a link", () => {
  assert.equal(markdown('<p><a href="https://a.example/x (1)">y</a></p>'), "[y](https://a.example/x%20%281%29)");
  assert.equal(markdown('<p><a href="https://a.example/">https://a.example/</a>.</p>'), "https://a.example/.");
  assert.equal(markdown('<p>a <a href="#_Toc1">b</a></p>'), "a b");
});

test("blocks stand between empty lines, words within their line", () => {
  assert.equal(fitted("**a**", "x ", " y"), "**a**");
  assert.equal(fitted("## a\n\nb", "x", "y"), "\n\n## a\n\nb\n\n");
  assert.equal(fitted("- a", "x\n", "\ny"), "\n- a\n");
  assert.equal(fitted("## a", "", ""), "## a\n");
});

test("only attributes become others, and no word of the text", () => {
  const html = '<p title="a > b" style="x">ein style="y"</p><style>p { color: red }</style>';
  assert.equal(withoutStyles(html), '<p title="a > b" data-style="x">ein style="y"</p>');
});

test("plain text loses what nobody sees, and keeps its lines", () => {
  assert.equal(visible("\ufeffGe\u00adw\u200binn\u0000\ufffc\ufffe\u0007: 5\u00a0%\r\nZwei\u2028Drei\tVier"), "Gewinn: 5\u00a0%\nZwei\nDrei\tVier");
  assert.equal(visible("👩‍💻 Größe “so”"), "👩‍💻 Größe “so”");
});
