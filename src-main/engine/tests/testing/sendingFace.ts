/**
 * A face that sends one message to a chat and then only listens: `sendingFace HOME CHAT TEXT`. Each
 * piece of the answer goes to standard output as a line of JSON.
 */
import { chatIdSchema } from "../../../contract/ids.ts";
import { connectEngine } from "../../../supervisor/connectEngine.ts";

const [home = "", chat, text = ""] = process.argv.slice(2);
const { client } = await connectEngine({ home, face: "test" });
const chatId = chatIdSchema.parse(chat);
for await (const event of client.stream("chats.send", { chatId, parentId: null, text })) {
  if (event.type === "delta") console.log(JSON.stringify(event.text));
}
