using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>A test that needs a PowerDNS server that keeps zones in lmdb; where it is missing the test is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithPowerDnsAttribute : FactAttribute
{
    private static readonly Lazy<bool> HasBackend = new(static () =>
        Task.Run(static () => ExternalProgram.RunAsync("pdns_server", ["--no-config", "--list-modules"])).GetAwaiter().GetResult().All.Split('\n').Contains("lmdb"));

    public FactWithPowerDnsAttribute(params string[] otherPrograms)
    {
        OtherPrograms = otherPrograms;
        Skip = new FactWithAttribute([.. otherPrograms, "pdns_server"]).Skip
            ?? (HasBackend.Value ? null : "pdns_server has no lmdb backend (Debian's package pdns-backend-lmdb).");
    }

    public IReadOnlyList<string> OtherPrograms { get; }
}
