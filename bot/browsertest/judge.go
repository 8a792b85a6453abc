package browsertest

// tooSmall names what is less than 24 pixels high or wide (WCAG 2.2, 2.5.8);
// links inside a sentence or list of values may be.
const tooSmall = `[...document.querySelectorAll("a,button,input:not([type=hidden])")].filter(e => !e.matches("dd a, .skip"))
	.filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 }).map(e => e.outerHTML).join()`

// tooFaint names texts with less contrast than 4.5:1 on what is behind them
// (WCAG 2.2, 1.4.3).
const tooFaint = `(() => {
	const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
	const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
	const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c } return [255, 255, 255, 1] };
	return [...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest(".vh, .skip, thead"))
		.map(e => { const a = light(parse(getComputedStyle(e).color)), b = light(behind(e)); return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e] })
		.filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => ratio.toFixed(2) + " " + e.outerHTML.slice(0, 80)).join()
})()`

// unnamed tells what a screen reader would miss: a language, a title, one main
// heading, headings in order, a name on each button.
const unnamed = `(() => {
	const wrong = [], levels = [...document.querySelectorAll("h1,h2,h3")].map(h => +h.tagName[1]);
	if (!document.documentElement.lang) wrong.push("no language");
	if (!document.title) wrong.push("no title");
	if (levels.filter(l => l === 1).length !== 1 || levels.some((l, i) => i && l > levels[i - 1] + 1)) wrong.push("headings " + levels);
	if (document.querySelectorAll("main").length !== 1) wrong.push("no main");
	for (const b of document.querySelectorAll("button,a")) if (!b.innerText.trim()) wrong.push("no name: " + b.outerHTML);
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
	return wrong.join("; ");
})()`
