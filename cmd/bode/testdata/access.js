(() => {
  const wrong = [];
  const say = (what, e) => wrong.push(`${what}: ${e.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`);
  const modal = document.querySelector("dialog[open]");
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && (!modal || modal.contains(e));
  const hidden = (e) => getComputedStyle(e).clipPath !== "none" || e.closest(".vh, .skip");
  const all = [...document.body.querySelectorAll("*")].filter(seen);

  // every control has a name, and is large enough to hit
  const controls = "a[href], button, input, select, textarea, summary, dialog, [tabindex='0'], [role=region], [role=log], [role=group], nav, section";
  for (const e of all.filter((e) => e.matches(controls))) {
    const by = (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const label = [...(e.labels ?? [])].map((l) => l.textContent).join(" ");
    const own = e.matches("a, button, summary") ? e.textContent : "";
    if (!(e.getAttribute("aria-label") || by.trim() || label.trim() || own.trim())) say("without a name", e);
    const box = e.getBoundingClientRect();
    if (e.matches("a, button, input, select, textarea, summary") && !hidden(e) && !e.closest(".text, .drawing")) {
      const around = e.labels?.[0]?.getBoundingClientRect() ?? box;
      if (Math.max(box.width, around.width) < 24 || Math.max(box.height, around.height) < 24) say(`only ${box.width} by ${box.height}`, e);
    }
  }
  for (const e of document.images) if (!e.hasAttribute("alt")) say("an image without alt", e);

  // one title, headings without a leap, landmarks, ids that are one
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(seen).map((e) => Number(e.tagName[1]));
  if (!modal && headings.filter((h) => h === 1).length !== 1) wrong.push(`headings of level 1: ${headings}`);
  if (!modal) headings.forEach((h, i) => i && h > headings[i - 1] + 1 && wrong.push(`headings leap: ${headings}`));
  if (document.querySelectorAll("main").length !== 1 || !document.querySelector("body > header")) wrong.push("landmarks");
  if (!document.documentElement.lang || !document.title) wrong.push("no language or title");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => wrong.push(`id twice: ${id}`));
  for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    for (const id of `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.trim().split(/\s+/)) {
      if (!document.getElementById(id)) say(`names #${id}, which is not there`, e);
    }
  }

  // nothing is wider than the window
  if (document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);
  for (const e of all) {
    const box = e.getBoundingClientRect();
    if (!e.closest("#canvas, .vh, .skip") && (box.right > innerWidth + 1 || box.left < -1)) say(`reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`, e);
  }

  // contrast of every text with what lies under it
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const c = rgba(getComputedStyle(at).backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] > 0.99) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  for (const e of all) {
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.placeholder;
    if (!words || hidden(e) || e.closest("svg")) continue;
    const under = ground(e);
    const style = e.placeholder && !e.value ? getComputedStyle(e, "::placeholder") : getComputedStyle(e);
    const found = contrast(over(rgba(style.color), under), under);
    if (found < 4.5) say(`contrast ${found.toFixed(2)}`, e);
  }
  for (const e of all.filter((e) => e.matches(".composer textarea, .panel input, .place-form input, select, .zoom button, .send"))) {
    const style = getComputedStyle(e);
    const line = style.borderTopWidth === "0px" ? style.backgroundColor : style.borderTopColor;
    const under = ground(e.parentElement);
    const found = contrast(over(rgba(line), under), under);
    if (found < 3) say(`contrast of its edge ${found.toFixed(2)}`, e);
  }
  return wrong;
})()
