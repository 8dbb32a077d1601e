/* What axe-core finds on a page now, sparing it what it has found to be in order before. */
axe.looks = (() => {
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const CONTRAST = "color-contrast";
  /* Finds something else in the dark, too. Links must pass one of two checks: that of their colour
     takes a hundred times longer than that of their style. */
  const LINKS = "link-in-text-block";
  const BY_STYLE = ["link-in-text-block-style"];
  const BY_COLOUR = { id: LINKS, options: { requiredContrastRatio: 3, allowSameColor: true } };
  /* Find something else where the same elements have more or less room. */
  const LAYOUT = ["scrollable-region-focusable", "target-size"];

  const WITHOUT_TEXT = ["checkbox", "color", "hidden", "image", "radio", "range"];
  /* Why axe cannot know the contrast of any text that looks so. */
  const BEHIND_IMAGES = ["bgGradient", "bgImage"];

  const shownBefore = new Set();

  /** Return every rule of some that is broken, with the first element that breaks it. */
  async function run(rules) {
    axe.configure({ rules: [{ id: LINKS, any: BY_STYLE }] });
    const found = broken(await axe.run(document, { resultTypes: ["violations"], ...rules }));
    if (!found.some(([id]) => id === LINKS)) return found;
    axe.configure({ rules: [{ id: LINKS, any: [BY_COLOUR, ...BY_STYLE] }] });
    return broken(await axe.run(document, { resultTypes: ["violations"], ...rules }));
  }

  const runOnly = (...values) => run({ runOnly: { type: "rule", values } });
  const broken = ({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]);

  /** Return what is broken besides contrast. Where this document has shown the same elements
      before, only rules of colours and layout can find something else. */
  async function allButContrast() {
    const shown = document.documentElement.outerHTML + visibilities();
    if (shownBefore.has(shown)) return runOnly(LINKS, ...LAYOUT);
    shownBefore.add(shown);
    const rules = { [CONTRAST]: { enabled: false } };
    return run({ runOnly: { type: "tag", values: TAGS }, rules });
  }

  /** Return a digit for each element of the document: 1 if it is to be seen. */
  function visibilities() {
    return Array.from(document.querySelectorAll("*"), (element) => {
      const { right, bottom, width, height } = element.getBoundingClientRect();
      const isInPage = right > 0 && bottom > 0 && width > 1 && height > 1;
      return Number(isInPage && element.checkVisibility({ visibilityProperty: true }));
    }).join("");
  }

  /** Return the first text without contrast, and more looks that need no other check: axe
      is certain about a text that looks so, or cannot be for what lies behind all of them.
      @param known looks that need no check. */
  async function contrast(known) {
    const settled = new Set(known);
    const fresh = texts().filter(({ look }) => !settled.has(look));
    const firsts = new Map(fresh.map((text) => [text.look || text, text]));
    const first = await contrastOf([...firsts.values()], settled);
    const others = fresh.filter(({ look }) => look && !settled.has(look));
    return [[...first, ...(await contrastOf(others, settled))], [...settled].slice(known.length)];
  }

  async function contrastOf(texts, settled) {
    if (!texts.length) return [];
    const found = await axe.run(
      { include: texts.map(({ element }) => element) },
      {
        runOnly: { type: "rule", values: [CONTRAST] },
        resultTypes: ["incomplete", "passes", "violations"],
        elementRef: true,
        selectors: false,
      },
    );
    const isBehindImages = ({ any: [{ data }] }) => BEHIND_IMAGES.includes(data.messageKey);
    const certain = [
      ...found.passes.flatMap(({ nodes }) => nodes),
      ...found.incomplete.flatMap(({ nodes }) => nodes.filter(isBehindImages)),
    ].map(({ element }) => element);
    for (const { element, look } of texts) {
      if (look && certain.includes(element)) settled.add(look);
    }
    return broken(found);
  }

  /** Return the elements with text that is to be seen, each with its look: all that its contrast
      depends on. It is empty where something painted lies above or below that it is not in. */
  function texts() {
    const surroundings = new Map();
    const painted = [];
    const found = [];
    for (const element of document.querySelectorAll("body, body *")) {
      const style = getComputedStyle(element);
      const isBare =
        style.backgroundColor === "rgba(0, 0, 0, 0)" && style.backgroundImage === "none";
      if (!isBare || element.matches("canvas, iframe, img, svg, video")) painted.push(element);
      const around = surroundings.get(element.parentNode) || { paint: "" };
      const here = within(around, element, style, isBare);
      surroundings.set(element, here);
      const nodes = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
      const isControl = element.matches("input, select, textarea");
      const hasText = isControl ? !WITHOUT_TEXT.includes(element.type) : nodes.length;
      if (hasText && !here.isCutOff) found.push({ element, nodes, style, ...here });
    }
    const places = painted
      .filter((element) => element !== document.body && element.checkVisibility())
      .map((element) => [element, element.getBoundingClientRect()]);
    return found.flatMap(({ element, nodes, style, paint, clip }) => {
      const points = middles(element, nodes, clip);
      if (!points.length || !element.checkVisibility({ visibilityProperty: true })) return [];
      const isPlain = points.every((point) =>
        places.every(([one, place]) => isIn(point, place) === one.contains(element)),
      );
      return [{ element, look: isPlain ? lookOf(style, paint) : "" }];
    });
  }

  /** Return what an element adds to its surroundings: how it is painted, and what it cuts off. */
  function within({ paint, clip, isCutOff }, element, style, isBare) {
    const { opacity, filter, mixBlendMode, zIndex } = style;
    const own = [opacity, filter, mixBlendMode, zIndex, isBare ? "" : style.background].join();
    const clips = style.overflow !== "visible" && element !== document.body;
    return {
      paint: own === "1,none,normal,auto," ? paint : `${paint}/${own}`,
      clip: clips ? element : clip,
      isCutOff: isCutOff || style.clipPath === "inset(50%)",
    };
  }

  function lookOf(style, paint) {
    const { color, fontSize, fontWeight, textShadow, webkitTextFillColor } = style;
    const points = Math.ceil(parseFloat(fontSize) * 72) / 96; // as axe rounds them
    const isLarge = points >= (fontWeight >= 700 ? 14 : 18);
    return [color, webkitTextFillColor, textShadow, isLarge, paint].join("|");
  }

  /** Return the middle of each line of a text, as far as it is not cut off; of the element where
      its text is elsewhere. */
  function middles(element, nodes, clip) {
    const range = document.createRange();
    const place = element.getBoundingClientRect();
    const lines = nodes.flatMap((node) => {
      range.selectNodeContents(node);
      return [...range.getClientRects()];
    });
    const areInside = lines.length && lines.every((line) => isIn(middle(line), place));
    const seen = clip?.getBoundingClientRect();
    return (areInside ? lines : [place])
      .map((line) => ({
        left: Math.max(line.left, seen?.left ?? 0),
        top: Math.max(line.top, seen?.top ?? 0),
        right: Math.min(line.right, seen?.right ?? Infinity),
        bottom: Math.min(line.bottom, seen?.bottom ?? Infinity),
      }))
      .filter(({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1)
      .map(middle);
  }

  function middle({ left, top, right, bottom }) {
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  }

  function isIn({ x, y }, { left, right, top, bottom }) {
    return left <= x && x <= right && top <= y && y <= bottom;
  }

  return { allButContrast, contrast, layout: () => runOnly(...LAYOUT), links: () => runOnly(LINKS) };
})();
