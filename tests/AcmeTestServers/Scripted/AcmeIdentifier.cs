using System.Net;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A DNS name or an IP address (RFC 8555 section 9.7.7, RFC 8738).</summary>
/// <param name="Type"><c>dns</c> or <c>ip</c>.</param>
/// <param name="Value">The name, which may start with <c>*.</c>, or the address.</param>
public sealed record AcmeIdentifier(string Type, string Value)
{
    /// <summary>Whether it stands for all names one level below.</summary>
    public bool IsWildcard => Value.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>Makes one from a text.</summary>
    /// <param name="text">A name or an address.</param>
    /// <returns>The identifier.</returns>
    public static AcmeIdentifier Parse(string text) => new(IPAddress.TryParse(text, out _) ? "ip" : "dns", text);

    /// <summary>The identifier as it stands in an answer.</summary>
    /// <returns>A new JSON object.</returns>
    public JsonObject ToJson() => new() { ["type"] = Type, ["value"] = Value };
}
