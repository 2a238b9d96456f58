using System.Text.Json;
using PoshAcmeSharp.AcmeTestServers;

// Starts Pebble and its challenge server with the options given as JSON, such as {"AlternateRoots":1}, and prints one line
// of JSON that says where they are. After that, each line on the standard input is a question that is answered by one line
// of JSON: requests (what the API was asked so far) or output (all that both programs printed). Both end when the input is closed,
// which happens by itself when the caller ends.
var options = args.Length == 0 ? new PebbleOptions() : JsonSerializer.Deserialize<PebbleOptions>(args[0], JsonSerializerOptions.Web);
await using var server = await PebbleServer.StartAsync(options);
Print(new
{
    server.DirectoryUrl,
    server.ManagementUrl,
    server.ChallengeManagementUrl,
    server.ApiCaCertificatePath,
    server.HttpPort,
    server.TlsPort,
    server.DnsServer,
});
while (await Console.In.ReadLineAsync() is { } question)
{
    Print(question switch
    {
        "requests" => server.ApiRequests,
        "output" => server.Output,
        _ => $"Unknown question {question}. Known: requests, output.",
    });
}

static void Print(object answer) => Console.WriteLine(JsonSerializer.Serialize(answer));
