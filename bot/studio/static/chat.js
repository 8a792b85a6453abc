// What stands on the phone's screen, and the field below it.
const near = 80; // pixels from the end that still count as reading the newest
const patience = 30_000; // milliseconds after which typing dots stop by themselves

export class Chat {
  constructor(post) {
    this.post = post;
    this.scroller = document.getElementById("scroller");
    this.log = document.getElementById("log");
    this.hello = document.getElementById("hello");
    this.tries = document.getElementById("tries");
    this.typing = document.getElementById("typing");
    this.who = document.getElementById("who");
    this.newest = document.getElementById("newest");
    this.form = document.getElementById("composer");
    this.text = document.getElementById("text");
    this.#wire();
  }

  // show puts new bubbles below, marks read ones, takes away what is gone.
  show(v) {
    const follow = v.all || this.#atEnd();
    if (v.all) {
      this.log.setAttribute("aria-busy", "true");
      const kept = new Set(v.put.map((i) => i.id));
      for (const old of [...this.log.children]) if (!kept.has(old.id)) old.remove();
    }
    for (const id of v.gone) document.getElementById(id)?.remove();
    let mine = false;
    for (const item of v.put) mine = this.#put(item, v.all) || mine;
    this.hello.hidden = !v.empty;
    this.#type(v.typing);
    if (follow || mine) this.toNewest(!v.all);
    else if (v.put.some((i) => i.html)) this.newest.hidden = false;
    if (v.all) requestAnimationFrame(() => this.log.setAttribute("aria-busy", "false"));
  }

  #put(item, quiet) {
    let bubble = document.getElementById(item.id);
    const fresh = !bubble;
    if (fresh) {
      const holder = document.createElement("template");
      holder.innerHTML = item.html;
      bubble = holder.content.firstElementChild;
      if (!quiet) bubble.classList.add("fresh");
      this.log.append(bubble);
    }
    if (item.read) {
      bubble.classList.add("read");
      const ticks = bubble.querySelector(".ticks");
      ticks?.setAttribute("aria-label", ticks.dataset.read);
    }
    return fresh && bubble.classList.contains("mine");
  }

  #type(on) {
    const words = document.body.dataset;
    this.typing.hidden = !on;
    this.who.textContent = on ? words.typing : words.assistant;
    clearTimeout(this.patience);
    if (on) this.patience = setTimeout(() => this.#type(false), patience);
  }

  // suggest offers sentences to begin with.
  suggest(sentences) {
    this.tries.replaceChildren(...sentences.map((sentence) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "try";
      button.dataset.say = "";
      button.textContent = sentence;
      row.append(button);
      return row;
    }));
  }

  toNewest(smooth = false) {
    this.newest.hidden = true;
    const calm = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: calm ? "instant" : "smooth" });
    this.aiming = performance.now();
  }

  // A smooth scroll under way also counts as being at the end.
  #atEnd() {
    const s = this.scroller;
    return performance.now() - this.aiming < 600 || s.scrollHeight - s.scrollTop - s.clientHeight < near;
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.#grow();
    if (!(await this.post("/say", { text })) && !this.text.value) {
      this.text.value = text;
      this.#grow();
    }
  }

  #grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #wire() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
      this.text.focus();
    });
    this.text.addEventListener("input", () => this.#grow());
    // A phone's keyboard tells of Enter only as a line break that is coming.
    this.text.addEventListener("keydown", (event) => (this.shift = event.shiftKey));
    this.text.addEventListener("beforeinput", (event) => {
      if (event.inputType !== "insertLineBreak" || this.shift) return;
      event.preventDefault();
      this.#send();
    });
    this.tries.addEventListener("click", (event) => {
      const button = event.target.closest("[data-say]");
      if (!button) return;
      this.post("/say", { text: button.textContent });
      this.text.focus();
    });
    this.scroller.addEventListener("wheel", () => (this.aiming = 0), { passive: true });
    this.scroller.addEventListener("touchmove", () => (this.aiming = 0), { passive: true });
    this.scroller.addEventListener("keydown", () => (this.aiming = 0));
    this.scroller.addEventListener("scroll", () => this.#atEnd() && (this.newest.hidden = true), { passive: true });
    this.newest.addEventListener("click", () => {
      this.toNewest(true);
      this.scroller.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#atEnd() && this.toNewest()).observe(this.scroller);
  }
}
