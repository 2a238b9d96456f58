namespace PoshAcmeSharp.Benchmarks;

/// <summary>What one issuance took.</summary>
/// <param name="Client">Who issued.</param>
/// <param name="Names">How many names the order had.</param>
/// <param name="DelayMilliseconds">What the network added, each way.</param>
/// <param name="Seconds">From the call to the certificate.</param>
/// <param name="Requests">How many requests the server got in that time.</param>
/// <param name="Connections">How many connections the client made in all, those for its account included.</param>
internal sealed record Measurement(string Client, int Names, int DelayMilliseconds, double Seconds, int Requests, int Connections)
{
    /// <summary>The most memory that the whole process has had, in MB; null where that was not measured.</summary>
    public double? PeakMegabytes { get; init; }
}
