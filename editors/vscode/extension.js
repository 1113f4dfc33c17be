// Starts `orbitcfg lsp` and shows what it gives: the pages of rules, and doctor's rows.
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const DOCTOR = "orbitcfg.doctor";
const RULE = "orbitcfg.rule";
const FIX_ALL = "orbitcfg.fixAll";

let client;

function makeClient() {
  const settings = vscode.workspace.getConfiguration("orbitcfg");
  const program = { command: settings.get("command"), args: settings.get("arguments"), transport: TransportKind.stdio };
  return new LanguageClient("orbitcfg", "orbitcfg", program, {
    documentSelector: [
      { scheme: "file", language: "yaml" },
      { scheme: "file", pattern: "**/{.env,env.example,.env.example}" },
    ],
    middleware: { executeCommand: onCommand },
  });
}

// Doctor's rows come as text, and are shown as a document beside the file.
async function onCommand(command, args, next) {
  const result = await next(command, args);
  if (command === DOCTOR && typeof result === "string") {
    const document = await vscode.workspace.openTextDocument({ content: result, language: "plaintext" });
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }
  return result;
}

function ask(command) {
  return async () => {
    const editor = vscode.window.activeTextEditor;
    if (editor) {
      await vscode.commands.executeCommand(command, editor.document.uri.toString());
    }
  };
}

const pages = {
  // `orbitcfg:/rules/ORB501.md`
  async provideTextDocumentContent(uri) {
    const code = uri.path.replace("/rules/", "").replace(".md", "");
    return (await client?.sendRequest("workspace/executeCommand", { command: RULE, arguments: [code] })) ?? "";
  },
};

async function start() {
  if (vscode.workspace.getConfiguration("orbitcfg").get("enable")) {
    client = makeClient();
    await client.start();
  }
}

async function restart() {
  await client?.dispose();
  client = undefined;
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider("orbitcfg", pages),
    vscode.commands.registerCommand("orbitcfg.restart", restart),
    vscode.commands.registerCommand("orbitcfg.doctorHere", ask(DOCTOR)),
    vscode.commands.registerCommand("orbitcfg.fixAllHere", ask(FIX_ALL)),
    vscode.workspace.onDidChangeConfiguration((event) => (event.affectsConfiguration("orbitcfg") ? restart() : undefined)),
  );
  await start();
}

async function deactivate() {
  await client?.dispose();
}

module.exports = { activate, deactivate };
