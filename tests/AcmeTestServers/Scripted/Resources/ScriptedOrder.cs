using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>An order (section 7.1.3).</summary>
public sealed class ScriptedOrder : ScriptedResource
{
    internal ScriptedOrder(ScriptedAcmeState state)
        : base(state, AcmeOperation.Order)
    {
    }

    /// <summary>Whose it is.</summary>
    public required ScriptedAccount Account { get; init; }

    /// <summary><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    public string Status { get; set; } = "pending";

    /// <summary>The names, as asked for.</summary>
    public required IReadOnlyList<AcmeIdentifier> Identifiers { get; init; }

    /// <summary>The authorizations, one for each name.</summary>
    public required IReadOnlyList<ScriptedAuthorization> Authorizations { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset Expires { get; set; }

    /// <summary>The profile, or null.</summary>
    public string? Profile { get; init; }

    /// <summary>The certificate that it replaces (RFC 9773 section 5), or null.</summary>
    public string? Replaces { get; init; }

    /// <summary>Why it is invalid, or null.</summary>
    public JsonObject? Error { get; set; }

    /// <summary>The certificate, as soon as the order has been finalized.</summary>
    public ScriptedCertificate? Certificate { get; set; }

    internal string? NotBefore { get; init; }

    internal string? NotAfter { get; init; }

    internal int ProcessingPolls { get; set; }

    internal int PollsWithoutCertificate { get; set; }
}
