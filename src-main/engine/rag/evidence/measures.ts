/** What a number measures. */
export type Dimension =
  | "length"
  | "time"
  | "mass"
  | "money"
  | "percent"
  | "temperature"
  | "volume"
  | "other";

const unitsOf: readonly (readonly [Dimension, string])[] = [
  ["length", "metre kilometre centimetre millimetre nautical mile yard foot inch"],
  ["time", "millisecond second minute hour day week month year"],
  ["mass", "milligram gram ounce kilogram tonne"],
  ["money", "euro dollar pound franc yen"],
  ["percent", "percent"],
  ["temperature", "degree"],
  ["volume", "millilitre litre gallon"],
  ["other", "watt kilowatt volt hertz byte megabyte gigabyte"],
];
const dimensions = new Map(
  unitsOf.flatMap(([dimension, units]) => units.split(" ").map((unit) => [unit, dimension])),
);

/** Of a unit as `numbersIn` names it; null where it is not known what is measured. */
export function dimensionOf(unit: string | null): Dimension | null {
  return unit === null ? null : (dimensions.get(unit) ?? null);
}
