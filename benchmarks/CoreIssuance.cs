using System.Diagnostics;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>Issues with the core library.</summary>
internal static class CoreIssuance
{
    private const string ClientName = "PoshAcmeSharp (core)";
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    /// <summary>The first issuance of a process compiles the code; it is not what is measured.</summary>
    public static Task WarmUpAsync() => MeasureAsync(nameCount: 1, delayMilliseconds: 0);

    public static async Task<Measurement> MeasureAsync(int nameCount, int delayMilliseconds)
    {
        await using var server = await MeasuredServer.StartAsync(delayMilliseconds);
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.CACertificatePem });
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var issuer = await RegisterAsync(client, key);
        var before = await server.CountRequestsAsync();
        var watch = Stopwatch.StartNew();
        using var issued = await issuer.IssueAsync(TestNames.Make(nameCount), new NoPublishing(), new IssueOptions { DnsWait = null });
        watch.Stop();
        return new Measurement(ClientName, nameCount, delayMilliseconds, watch.Elapsed.TotalSeconds, await server.CountRequestsAsync() - before, server.Connections);
    }

    /// <summary>How many requests of an issuance wait for the one before. The scripted server sees each begin and end.</summary>
    public static async Task<int> CountRoundTripsAsync(int nameCount)
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { Latency = Latency });
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl);
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var issuer = await RegisterAsync(client, key);
        var before = server.History.SequentialDepth;
        using var issued = await issuer.IssueAsync(TestNames.Make(nameCount), new NoPublishing(), new IssueOptions { DnsWait = null });
        return server.History.SequentialDepth - before;
    }

    /// <summary>Makes an account.</summary>
    public static async Task<CertificateIssuer> RegisterAsync(AcmeClient client, AccountKey key)
        => new(await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true }));
}
