using System.Globalization;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>Measures what goes through all orders of an account, of which none is due, each in a fresh pwsh.</summary>
internal static class ManyOrders
{
    private const string Result = "seconds=";
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "orders.ps1");

    /// <summary>Makes a profile with that many orders, and runs a command over them.</summary>
    /// <param name="module">The path of the module's manifest.</param>
    /// <param name="command">What to run.</param>
    /// <param name="count">How many orders there are.</param>
    /// <param name="isAdvised">Whether what the CA advised is kept with each order, and the CA may be asked again later only.</param>
    /// <returns>The seconds that the command took, and how many requests the server got.</returns>
    public static async Task<(double Seconds, int Requests)> MeasureAsync(string module, string command, int count, bool isAdvised)
    {
        await using var server = await MeasuredServer.StartAsync(0);
        var home = Directory.CreateTempSubdirectory("acme-benchmark-");
        try
        {
            await FillAsync(home.FullName, server.DirectoryUrl, count, isAdvised);
            using var pwsh = new PowerShellProcess(home.FullName, "-File", Script, "-Module", module, "-Command", command);
            await pwsh.ReadAfterAsync("ready");
            var before = await server.CountRequestsAsync();
            await pwsh.WriteLineAsync("go");
            var seconds = double.Parse(await pwsh.ReadAfterAsync(Result), CultureInfo.InvariantCulture);
            return (seconds, await server.CountRequestsAsync() - before);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(string home, string directoryUrl, int count, bool isAdvised)
    {
        var store = new ProfileStore(home, null, SystemClock.Instance, NullReporter.Instance);
        using var session = new ProfileSession(store, NullReporter.Instance, SystemClock.Instance);
        await new ServerService(session).SetAsync(new ServerSettings { DirectoryUrl = directoryUrl, SkipCertificateCheck = true });
        var server = session.RequireServer();
        await new AccountService(session).CreateAsync(server, new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
        var account = session.RequireAccount(server);
        if (isAdvised)
        {
            server.RenewalInfo = new Uri(new Uri(directoryUrl), "/renewal-info").AbsoluteUri;
            store.SaveServer(server);
        }

        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < count; i++)
        {
            AddOrder(store, account, string.Create(CultureInfo.InvariantCulture, $"www{i}.example.test"), now, isAdvised);
        }
    }

    private static void AddOrder(ProfileStore store, StoredAccount account, string name, DateTimeOffset now, bool isAdvised)
    {
        var order = store.CreateOrder(account, name);
        order.MainDomain = name;
        order.FriendlyName = name;
        order.PfxPass = "poshacme";
        order.Plugin = ["WebRoot"];
        order.Status = "valid";
        order.Location = $"https://127.0.0.1/order/{name}";
        order.Finalize = $"https://127.0.0.1/finalize/{name}";
        order.Certificate = $"https://127.0.0.1/certificate/{name}";
        order.Authorizations = [$"https://127.0.0.1/authorization/{name}"];

        // The CA has forgotten the order, so that Posh-ACME does not ask for it.
        order.Expires = Format(now.AddDays(-3));
        order.CertExpires = Format(now.AddDays(80));
        order.RenewAfter = Format(now.AddDays(50));
        store.SaveOrder(order);
        store.SetCurrentOrder(account, order);
        if (isAdvised)
        {
            var renewal = store.ReadRenewal(order);
            renewal.Certificate = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
            renewal.NotBefore = now.AddDays(-10);
            renewal.NotAfter = now.AddDays(80);
            renewal.WindowStart = now.AddDays(49);
            renewal.WindowEnd = now.AddDays(51);
            renewal.RenewAt = now.AddDays(50);
            renewal.AskAgainAt = now.AddHours(6);
            store.SaveRenewal(renewal);
        }
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
