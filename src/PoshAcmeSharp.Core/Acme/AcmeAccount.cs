using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>An account at the server (RFC 8555 section 7.1.2).</summary>
public sealed class AcmeAccount : AcmeResource
{
    internal AcmeAccount(JObject json, string location)
        : base(json, location)
    {
        Contact = (JsonText.GetStrings(json, "contact") ?? []);
        Orders = JsonText.GetString(json, "orders");
    }

    /// <summary>The contact URLs, such as <c>mailto:admin@example.com</c>.</summary>
    public IReadOnlyList<string> Contact { get; }

    /// <summary>The URL of the list of orders, or null: many servers have none.</summary>
    public string? Orders { get; }
}
