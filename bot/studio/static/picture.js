// The flow's picture: which flow, which state is lit, how large.
const readable = 0.8; // the smallest size at which the words can be read
const step = 1.25;

export class Picture {
  constructor() {
    this.canvas = document.getElementById("canvas");
    this.flows = document.getElementById("flow");
    this.followBox = document.getElementById("follow");
    this.at = { flow: "", state: "" };
    this.hash = "";
    this.drawn = "";
    this.scale = 0; // 0: as wide as there is room
    this.flows.addEventListener("change", () => {
      this.followBox.checked = this.flows.value === this.at.flow;
      this.#draw();
    });
    this.followBox.addEventListener("change", () => {
      if (this.followBox.checked) this.#go();
    });
    for (const button of document.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.#zoom(button.dataset.zoom));
    }
    new ResizeObserver(() => this.#size()).observe(this.canvas);
  }

  // bundle takes the flows that there are now.
  bundle(v) {
    const chosen = this.flows.value;
    this.flows.replaceChildren(...v.flows.map((f) => new Option(f.title, f.name)));
    if (v.flows.some((f) => f.name === chosen)) this.flows.value = chosen;
    this.hash = v.hash;
    this.#draw();
  }

  // place takes where the conversation is, and goes there unless another flow was chosen.
  place(v) {
    this.at = v;
    this.#go();
  }

  follow() {
    this.followBox.checked = true;
  }

  // seen is told when the picture comes into sight on a small screen.
  seen() {
    this.#size();
    this.#toLit();
  }

  #go() {
    if (this.followBox.checked && this.at.flow) this.flows.value = this.at.flow;
    this.#draw();
  }

  async #draw() {
    const flow = this.flows.value;
    if (!flow) return;
    const lit = flow === this.at.flow ? this.at.state : "";
    const wanted = `/picture/${encodeURIComponent(flow)}?${new URLSearchParams({ lit, v: this.hash, lang: document.documentElement.lang })}`;
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const answer = await fetch(wanted).catch(() => null);
    if (!answer?.ok || this.drawn !== wanted) return; // a newer one is on its way
    const listOpen = this.canvas.querySelector(".states")?.open;
    this.canvas.innerHTML = await answer.text();
    if (listOpen) this.canvas.querySelector(".states").open = true;
    this.canvas.dataset.flow = flow;
    this.canvas.dataset.lit = lit;
    this.#size();
    this.#toLit();
  }

  #svg() {
    return this.canvas.querySelector("svg.flow");
  }

  #fit(whole) {
    const box = this.#svg().viewBox.baseVal;
    const wide = (this.canvas.clientWidth - 24) / box.width;
    const high = (this.canvas.clientHeight - 24) / box.height;
    return whole ? Math.min(1, wide, high) : Math.min(1, Math.max(readable, wide));
  }

  #zoom(how) {
    if (!this.#svg()) return;
    const now = this.scale || this.#fit(false);
    if (how === "fit") this.scale = this.#fit(true);
    else this.scale = Math.min(2.5, Math.max(0.2, how === "in" ? now * step : now / step));
    this.#size();
    this.#toLit(true);
  }

  #size() {
    const svg = this.#svg();
    if (!svg || !this.canvas.clientWidth) return;
    const box = svg.viewBox.baseVal;
    const scale = this.scale || this.#fit(false);
    svg.style.width = `${box.width * scale}px`;
    svg.style.height = `${box.height * scale}px`;
  }

  // toLit brings the lit state, or else the start, to the middle when it is not wholly in sight.
  #toLit(always = false) {
    const lit = this.canvas.querySelector(".lit") ?? this.canvas.querySelector(".start");
    if (!lit || !this.canvas.clientWidth) return;
    const frame = this.canvas.getBoundingClientRect();
    const box = lit.getBoundingClientRect();
    const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
    if (inside && !always) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.canvas.scrollBy({
      left: (box.left + box.right) / 2 - (frame.left + frame.right) / 2,
      top: (box.top + box.bottom) / 2 - (frame.top + frame.bottom) / 2,
      behavior: calm ? "instant" : "smooth",
    });
  }
}
