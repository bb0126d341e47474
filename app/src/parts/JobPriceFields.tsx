import { formatSeconds } from "../text/times.ts";

/** Deadlines that the form offers, in hours. */
export const DEADLINE_HOURS = [1, 6, 24, 72] as const;

type JobPriceFieldsProps = {
  price: string;
  fault: string | undefined;
  hours: number;
  onPrice: (text: string) => void;
  onHours: (hours: number) => void;
};

/** What the trainer gets, and until when. */
export function JobPriceFields({ price, fault, hours, onPrice, onHours }: JobPriceFieldsProps) {
  return (
    <div className="field-grid">
      <div className="field">
        <label htmlFor="job-price">Price</label>
        <div className="input-with-unit">
          <input
            id="job-price"
            className="input"
            inputMode="decimal"
            autoComplete="off"
            value={price}
            aria-invalid={fault !== undefined}
            aria-describedby="job-price-hint"
            onChange={(event) => onPrice(event.target.value)}
          />
          <span>OPEN</span>
        </div>
        <p className={fault ? "field-fault" : "field-hint"} id="job-price-hint">
          {fault ?? "What the trainer gets when the committee accepts the run."}
        </p>
      </div>
      <div className="field">
        <label htmlFor="job-hours">Deadline</label>
        <select
          id="job-hours"
          className="input"
          value={hours}
          onChange={(event) => onHours(Number(event.target.value))}
        >
          {DEADLINE_HOURS.map((choice) => (
            <option key={choice} value={choice}>
              {formatSeconds(choice * 3600)} from now
            </option>
          ))}
        </select>
        <p className="field-hint">If nobody finished by then, you may take the money back.</p>
      </div>
    </div>
  );
}
