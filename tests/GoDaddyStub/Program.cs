using System.Globalization;
using GoDaddyStub;

// Prints the base URL on its first line and runs until its standard input is closed, so that it ends with its caller.
var options = new StubOptions();
for (var i = 0; i < args.Length; i++)
{
    string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");
    options = args[i] switch
    {
        "--zones" => options with { Zones = Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "--key" => options with { Key = Value() },
        "--secret" => options with { Secret = Value() },
        "--token" => options with { Token = Value() },
        "--customer-id" => options with { CustomerId = Value() },
        "--requests-per-minute" => options with { RequestsPerMinute = int.Parse(Value(), CultureInfo.InvariantCulture) },
        "--access-denied" => options with { AccessDenied = true },
        "--write-only" => options with { WriteOnlyToken = true },
        "--echo-credential" => options with { EchoesCredential = true },
        "--dns-server" => options with { DnsServer = new Uri(Value()) },
        _ => throw new ArgumentException($"Unknown argument {args[i]}. Known: --zones a,b --key K --secret S --token T --customer-id C --requests-per-minute N --access-denied --write-only --echo-credential --dns-server URL."),
    };
}

await using var server = await StubServer.StartAsync(options);
Console.WriteLine(server.BaseUrl);
while (await Console.In.ReadLineAsync() is not null)
{
}
