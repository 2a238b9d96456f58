using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A challenge (section 8).</summary>
public sealed class ScriptedChallenge : ScriptedResource
{
    internal ScriptedChallenge(ScriptedAcmeState state)
        : base(state, AcmeOperation.Challenge)
    {
    }

    /// <summary>What it belongs to.</summary>
    public required ScriptedAuthorization Authorization { get; init; }

    /// <summary>Such as <c>dns-01</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The token; null leaves it out.</summary>
    public string? Token { get; set; }

    /// <summary>The issuer domain names of dns-persist-01; they may be changed to break the draft's rules.</summary>
    public IReadOnlyList<string> IssuerDomainNames { get; set; } = [];

    /// <summary>The account's URI as dns-persist-01 shows it; null leaves it out.</summary>
    public string? AccountUri { get; set; }

    /// <summary><c>pending</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    public string Status { get; set; } = "pending";

    /// <summary>Why it is invalid, or null.</summary>
    public JsonObject? Error { get; set; }

    internal string? Validated { get; set; }
}
