// The service's clock: shown, set, and put back to the real time.
export class Clock {
  constructor(post, toast) {
    this.words = document.body.dataset;
    this.box = document.getElementById("clock");
    this.what = document.getElementById("clock-what");
    this.face = document.getElementById("clock-now");
    this.at = document.getElementById("clock-at");
    this.form = document.getElementById("clock-form");
    this.at0 = undefined;
    this.#wire(post, toast);
    setInterval(() => this.#tick(), 1000);
  }

  // show takes the server's time; from there on it runs by itself.
  show(v) {
    this.at0 = v.now - performance.now();
    this.set = v.set;
    this.box.classList.toggle("set", v.set);
    this.what.textContent = v.set ? this.words.clockSet : this.words.clockReal;
    if (document.activeElement !== this.at) this.at.value = v.local;
    this.#tick();
  }

  #tick() {
    if (this.at0 === undefined) return;
    const now = new Date(this.at0 + performance.now());
    const day = this.set ? { weekday: "short", day: "numeric", month: "short", year: "numeric" } : {};
    this.face.textContent = now.toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "nl-NL",
      { timeZone: "Europe/Amsterdam", hour: "2-digit", minute: "2-digit", ...day });
    this.face.dateTime = now.toISOString();
  }

  #wire(post, toast) {
    const summary = this.box.querySelector("summary");
    const close = () => {
      this.box.open = false;
      summary.focus();
    };
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await post("/clock", { time: this.at.value })) {
        toast(this.words.clockDone);
        close();
      }
    });
    document.getElementById("clock-back").addEventListener("click", async () => {
      if (await post("/clock", { time: "" })) {
        toast(this.words.clockUndone);
        close();
      }
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.box.open) close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.box.contains(event.target)) this.box.open = false;
    });
  }
}
