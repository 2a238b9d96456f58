using System.Collections;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>What an acme-dns server gave for one record name.</summary>
/// <param name="Subdomain">The name of the registration at the server.</param>
/// <param name="UserName">Who may change it.</param>
/// <param name="Password">The password; a secret.</param>
/// <param name="FullDomain">Where the CNAME of the record has to lead: lower case, no trailing dot.</param>
internal sealed record Registration(string Subdomain, string UserName, string Password, string FullDomain)
{
    /// <summary>Reads the four texts in the order in which Posh-ACME keeps them.</summary>
    /// <param name="values">The value of one record name.</param>
    /// <returns>The registration; null when it is none.</returns>
    internal static Registration? From(object? values)
    {
        var texts = values is IEnumerable many and not string and not IDictionary
            ? many.Cast<object?>().Select(value => value is JValue { Type: JTokenType.String } text ? (string?)text : value as string).ToList()
            : [];
        return texts.Count == 4 && texts.TrueForAll(text => text is not null && new Secret(text).IsHeaderText()) && NameOf(texts[3]!) is { } name
            ? new Registration(texts[0]!, texts[1]!, texts[2]!, name)
            : null;
    }

    /// <summary>The form in which Posh-ACME keeps it.</summary>
    /// <returns>An array of four texts; holds the secret.</returns>
    internal JArray ToJson() => new(Subdomain, UserName, Password, FullDomain);

    /// <summary>Never the password.</summary>
    /// <returns>The full domain.</returns>
    public override string ToString() => FullDomain;

    private static string? NameOf(string domain)
    {
        try
        {
            return DnsName.Normalize(domain);
        }
        catch (PoshAcmeException)
        {
            return null;
        }
    }
}
