using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>An account (RFC 8555 section 7.1.2).</summary>
public sealed class ScriptedAccount : ScriptedResource
{
    internal ScriptedAccount(ScriptedAcmeState state)
        : base(state, AcmeOperation.Account)
    {
    }

    /// <summary><c>valid</c>, <c>deactivated</c> or <c>revoked</c>.</summary>
    public string Status { get; set; } = "valid";

    /// <summary>The public key.</summary>
    public required JsonObject Jwk { get; set; }

    /// <summary>The contacts, such as <c>mailto:admin@example.com</c>.</summary>
    public IReadOnlyList<string> Contacts { get; set; } = [];

    /// <summary>The key id of the external account it is bound to, or null.</summary>
    public string? ExternalAccount { get; init; }
}
