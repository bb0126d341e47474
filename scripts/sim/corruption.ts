/** The chance that exactly `hits` of `draws` seats drawn from a pool are among `marked` ones: hypergeometric. */
export function drawChance(seats: number, marked: number, draws: number, hits: number): number {
  if (hits > marked || draws - hits > seats - marked || hits > draws) return 0;
  return Math.exp(
    logChoose(marked, hits) + logChoose(seats - marked, draws - hits) - logChoose(seats, draws),
  );
}

/** The chance that more than half of a committee are among `marked` seats. */
export function majorityChance(seats: number, marked: number, draws: number): number {
  let sum = 0;
  for (let hits = Math.floor(draws / 2) + 1; hits <= draws; hits += 1)
    sum += drawChance(seats, marked, draws, hits);
  return Math.min(1, sum);
}

/** The fewest seats with which every one of these committees has a majority of them with the given chance. */
export function seatsToCorrupt(seats: number, committees: readonly number[], chance: number): number {
  for (let marked = 1; marked <= seats; marked += 1) {
    if (committees.reduce((all, size) => all * majorityChance(seats, marked, size), 1) >= chance)
      return marked;
  }
  return seats;
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i += 1) {
    logFactorials.push((logFactorials[i - 1] as number) + Math.log(i));
  }
  return logFactorials[n] as number;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
