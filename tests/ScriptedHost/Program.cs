using System.Text.Json;
using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.ScriptedHost;

// Starts the scripted ACME server with the options given as JSON, such as {"offersDnsAccount":true}, and prints one line of
// JSON that says where it is and where it is controlled. It looks up the TXT records that it was given there. It ends when
// its standard input is closed, which happens by itself when the caller ends.
var records = new TxtRecords();
var options = new ScriptedAcmeOptions { LookUpTxt = records.LookUp };
OptionsReader.Apply(options, args.Length == 0 ? [] : JsonNode.Parse(args[0])!.AsObject());
await using var server = await ScriptedAcmeServer.StartAsync(options);
await using var control = await ControlServer.StartAsync(server, records);
Console.WriteLine(JsonSerializer.Serialize(new { server.DirectoryUrl, ChallengeManagementUrl = control.Url }));
while (await Console.In.ReadLineAsync() is not null)
{
}
