/**
 * Chooses how many threads take part in each step, by what steps cost.
 *
 * The threads of a step meet after every operation and spin while they wait. When something else
 * needs a core, one of them is put aside and all the others wait for it: on two cores, one busy
 * neighbour makes two threads ten times slower than one thread alone. So when steps get slow, fewer
 * threads are tried; when that is no gain, or things have calmed, more.
 */
export class ThreadGovernor {
  readonly #most: number;
  readonly #now: () => number;
  #threads: number;
  /** What a unit of work costs with the threads in use; follows slowly. */
  #usual: number | null = null;
  #window: number[] = [];
  #trial: Trial | null = null;
  #holdMs = leastHoldMs;
  #nextTrialAt = 0;
  #wentUpAt = Number.NEGATIVE_INFINITY;
  readonly #comparesAfterMs: number;
  #workedMs = 0;
  /** Whether fewer threads were ever tried: without that there is nothing to compare with. */
  #compared = false;

  /**
   * @param most threads that may be used at all
   * @param comparesAfterMs of work, fewer threads are tried even if nothing is slow
   */
  constructor(most: number, now: () => number = () => performance.now(), comparesAfterMs = 0) {
    this.#most = most;
    this.#now = now;
    this.#comparesAfterMs = comparesAfterMs;
    this.#threads = most;
  }

  /** Threads for the next step. */
  get threads(): number {
    return this.#threads;
  }

  /** The number that was settled on, whatever is being tried at the moment. */
  get settledThreads(): number {
    return this.#trial?.from ?? this.#threads;
  }

  /** Whether another number of threads is being tried. */
  get trying(): boolean {
    return this.#trial !== null;
  }

  /** Whether fewer threads were ever tried, and the trial is over. */
  get compared(): boolean {
    return this.#compared && this.#trial === null;
  }

  /** Another kind of work has found these threads to be right; no trial of its own without a reason. */
  trust(): void {
    this.#compared = true;
  }

  /** Takes over what another kind of work has found out, and looks for itself soon. */
  follow(threads: number): void {
    this.#compared = true;
    this.#threads = Math.min(threads, this.#most);
    this.#trial = null;
    this.#usual = null;
    this.#window = [];
    this.#holdMs = leastHoldMs;
    this.#nextTrialAt = this.#now();
  }

  /**
   * Takes in what a step cost, in milliseconds for a comparable unit of work.
   * @param ms what the whole step took
   */
  record(cost: number, ms = cost): void {
    if (this.#most === 1) return;
    this.#workedMs += ms;
    if (this.#trial) this.#recordTrial(this.#trial, cost, ms);
    else this.#recordUsual(cost);
  }

  #recordUsual(cost: number): void {
    this.#window = [...this.#window, cost].slice(-windowSteps);
    const usual = this.#usual;
    const halted =
      usual !== null && this.#window.slice(-2).every((recent) => recent > haltedFactor * usual);
    if (this.#window.length < (halted ? 2 : windowSteps)) return;
    const recent = mean(this.#window);
    this.#usual = usual === null ? recent : usual + (recent - usual) * 0.02;
    const slow = halted || recent > slowFactor * this.#usual;
    if (this.#threads > 1 && (this.#comparing || slow)) {
      this.#try(fewer(this.#threads), recent, slow);
    } else if (this.#threads < this.#most && this.#now() >= this.#nextTrialAt) {
      this.#try(more(this.#threads, this.#most), recent);
    }
  }

  get #comparing(): boolean {
    return !this.#compared && this.#workedMs >= this.#comparesAfterMs;
  }

  #try(threads: number, before: number, disturbed = false): void {
    this.#trial = { from: this.#threads, before, disturbed, samples: [], ms: 0 };
    this.#threads = threads;
    this.#compared = true;
  }

  #recordTrial(trial: Trial, cost: number, ms: number): void {
    trial.samples.push(cost);
    trial.ms += ms;
    // The first step after a change also pays for waking threads, unless it is out of all proportion.
    const hopeless = cost > (trial.samples.length === 1 ? 2 : 1) * haltedFactor * trial.before;
    const enough = trial.samples.length > windowSteps || trial.ms > mostTrialMs;
    if (!hopeless && !enough) return;
    const settled = trial.samples.length > 1 ? trial.samples.slice(1) : trial.samples;
    const now = hopeless ? cost : mean(settled);
    const wentDown = this.#threads < trial.from;
    this.#trial = null;
    this.#window = [];
    if (now < trial.before * (wentDown ? clearGain : 1)) this.#keep(wentDown, now);
    else if (trial.disturbed && wentDown && this.#threads > 1) this.#tryFurther(trial);
    else this.#revert(trial);
  }

  /** Every number of threads above that of the free cores is equally slow: the gain may lie lower. */
  #tryFurther(trial: Trial): void {
    this.#threads = fewer(this.#threads);
    this.#trial = { ...trial, samples: [], ms: 0 };
  }

  /** The trial was a gain: stay, and go on in the same direction while there is somewhere to go. */
  #keep(wentDown: boolean, cost: number): void {
    this.#usual = cost;
    if (wentDown) {
      // Slow again soon after going up means that going up was too early: wait longer next time.
      const tooEarly = this.#now() - this.#wentUpAt < mostHoldMs;
      this.#holdMs = tooEarly ? Math.min(2 * this.#holdMs, mostHoldMs) : leastHoldMs;
      if (this.#threads > 1) this.#try(fewer(this.#threads), cost);
    } else {
      this.#wentUpAt = this.#now();
      if (this.#threads < this.#most) this.#try(more(this.#threads, this.#most), cost);
    }
    this.#nextTrialAt = this.#now() + this.#holdMs;
  }

  #revert(trial: Trial): void {
    const wentUp = this.#threads > trial.from;
    this.#threads = trial.from;
    // Where fewer threads did not help, what is slow now is the new usual.
    this.#usual = trial.before;
    if (wentUp) this.#holdMs = Math.min(2 * this.#holdMs, mostHoldMs);
    this.#nextTrialAt = this.#now() + this.#holdMs;
  }
}

interface Trial {
  readonly from: number;
  readonly before: number;
  /** Whether it was begun because steps got slow. */
  readonly disturbed: boolean;
  readonly samples: number[];
  /** What its steps took together. */
  ms: number;
}

const windowSteps = 4;
/** Long steps tell enough, and a trial that fails should not cost more. */
const mostTrialMs = 400;
const leastHoldMs = 1_000;
const mostHoldMs = 16_000;
/** Steps that cost this much more than usual are a reason to try fewer threads. */
const slowFactor = 1.6;
/** Two steps in a row that cost this much more say it sooner. */
const haltedFactor = 3;
/** Fewer threads have to be this much cheaper, as more are better once the disturbance ends. */
const clearGain = 0.9;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const fewer = (threads: number): number =>
  threads <= 4 ? threads - 1 : Math.floor(threads * 0.75);

const more = (threads: number, most: number): number =>
  Math.min(most, threads + Math.ceil(threads / 2));
