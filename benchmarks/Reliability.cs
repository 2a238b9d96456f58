using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>How many issuances of the core library succeed while the server refuses most nonces.</summary>
/// <param name="RejectPercent">How many of 100 good nonces the server refused.</param>
/// <param name="Tried">How many certificates were ordered.</param>
/// <param name="Failures">Why those failed that did.</param>
/// <param name="Seconds">What all took together.</param>
internal sealed record Reliability(int RejectPercent, int Tried, IReadOnlyCollection<string> Failures, double Seconds)
{
    private const int AtOnce = 4;

    /// <summary>Issues for one name each, several at once.</summary>
    /// <param name="rejectPercent">How many of 100 good nonces the server is to refuse.</param>
    /// <param name="count">How many certificates at most.</param>
    /// <param name="time">After it no further one is begun.</param>
    /// <returns>What came of it.</returns>
    public static async Task<Reliability> MeasureAsync(int rejectPercent, int count, TimeSpan time)
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { AlwaysValid = true, NonceRejectPercent = rejectPercent });
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem });
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var issuer = await CoreIssuance.RegisterAsync(client, key);
        var failures = new ConcurrentQueue<string>();
        var begun = 0;
        var watch = Stopwatch.StartNew();

        async Task IssueSomeAsync()
        {
            while (watch.Elapsed < time && Interlocked.Increment(ref begun) is var number && number <= count)
            {
                try
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"r{number}.benchmark.test");
                    using var issued = await issuer.IssueAsync([name], new NoPublishing(), new IssueOptions { DnsWait = null, KeyLength = KeyLength.Ec256 });
                }
                catch (PoshAcmeException e)
                {
                    failures.Enqueue(e.ErrorId + ": " + e.Message);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => IssueSomeAsync()));
        return new Reliability(rejectPercent, Math.Min(begun, count), failures, watch.Elapsed.TotalSeconds);
    }
}
