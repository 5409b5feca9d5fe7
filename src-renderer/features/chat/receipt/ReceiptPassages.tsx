import { Check, Scissors } from "lucide-react";
import type { ReactNode } from "react";
import type { Receipt } from "../../../../src-main/contract/search.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { listsOf, type ListName } from "./receiptParts.ts";
import styles from "./Receipt.module.css";

/** What was found, best first: what each way of searching gave it, and whether it was used. */
export function ReceiptPassages({ receipt }: { receipt: Receipt }): ReactNode {
  const { receipt: words, library } = useStrings();
  const { passages } = receipt;
  if (passages.length === 0) return null;
  const lists = listsOf(passages);
  return (
    // Focusable, so that a wide table can be scrolled by keyboard.
    <div className={styles["passages"]} tabIndex={0} role="group" aria-label={words.passages}>
      <table className={styles["table"]}>
        <caption>{words.passages}</caption>
        {lists.length > 0 && (
          <thead>
            <tr>
              <th scope="col">{words.passage}</th>
              {lists.map((list) => (
                <th key={list} scope="col" title={words.listHints[list]}>
                  {words.lists[list]}
                </th>
              ))}
              <th scope="col">{words.score}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {passages.map((passage, at) => (
            <tr
              // oxlint-disable-next-line react/no-array-index-key -- the order never changes
              key={at}
              data-used={passage.used}
              className={passage.used ? undefined : styles["cut"]}
            >
              <th scope="row">
                <span className={styles["passage"]} title={passage.document}>
                  {at + 1}. {passage.document}
                  {passage.page !== null && `, ${library.places.page(passage.page)}`}
                </span>
                <span className={styles["fate"]}>
                  {passage.used ? (
                    <>
                      <Check size={12} strokeWidth={2} aria-hidden />
                      {words.wasUsed}
                    </>
                  ) : (
                    <>
                      <Scissors size={12} strokeWidth={2} aria-hidden />
                      {passage.reason === "" ? words.wasCut : words.cutBecause(passage.reason)}
                    </>
                  )}
                </span>
              </th>
              {lists.map((list) => (
                <Contribution key={list} passage={passage} list={list} />
              ))}
              <td>{score(passage.score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lists.length > 0 && <p className={styles["muted"]}>{words.addsUp}</p>}
    </div>
  );
}

/** What one way of searching gave a passage, and the passage's rank there. */
function Contribution({
  passage,
  list,
}: {
  passage: Receipt["passages"][number];
  list: ListName;
}): ReactNode {
  const { receipt: words } = useStrings();
  const found = passage.contributions.find((one) => one.list === list);
  if (!found) {
    return (
      <td className={styles["muted"]} title={words.notFoundBy}>
        –
      </td>
    );
  }
  const { rank, raw, contribution } = found;
  return (
    <td title={words.raw[list](raw.toFixed(3))}>
      {score(contribution)}
      <span className={styles["rank"]}>{words.rank(rank)}</span>
    </td>
  );
}

/** So many digits that the parts add up to the whole for the eye, too. */
function score(value: number): string {
  return value.toFixed(4);
}
