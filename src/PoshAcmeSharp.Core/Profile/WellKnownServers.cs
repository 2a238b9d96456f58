namespace PoshAcmeSharp.Profile;

/// <summary>Public certificate authorities by the short names that users give for their directory URLs.</summary>
public static class WellKnownServers
{
    /// <summary>Names and directory URLs.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["LE_PROD"] = "https://acme-v02.api.letsencrypt.org/directory",
            ["LE_STAGE"] = "https://acme-staging-v02.api.letsencrypt.org/directory",
            ["ZEROSSL_PROD"] = "https://acme.zerossl.com/v2/DV90",
            ["GOOGLE_PROD"] = "https://dv.acme-v02.api.pki.goog/directory",
            ["GOOGLE_STAGE"] = "https://dv.acme-v02.test-api.pki.goog/directory",
            ["SSLCOM_RSA"] = "https://acme.ssl.com/sslcom-dv-rsa",
            ["SSLCOM_ECC"] = "https://acme.ssl.com/sslcom-dv-ecc",
            ["ACTALIS_PROD"] = "https://acme-api.actalis.com/acme/directory",
        };

    /// <summary>The directory URL that a text means.</summary>
    /// <param name="nameOrUrl">A short name in any case, or a URL.</param>
    /// <returns>The URL; the text itself when it is no short name.</returns>
    public static string ToDirectoryUrl(string nameOrUrl)
        => All.TryGetValue(nameOrUrl, out var url) ? url : nameOrUrl;

    /// <summary>The name of a server that nobody named.</summary>
    /// <param name="directoryUrl">Its directory URL.</param>
    /// <returns>The short name of a well-known one; else host and port joined by <c>_</c>, without port 443.</returns>
    public static string DefaultName(string directoryUrl)
    {
        foreach (var known in All)
        {
            if (string.Equals(known.Value, directoryUrl, StringComparison.Ordinal))
            {
                return known.Key;
            }
        }

        return Uri.TryCreate(directoryUrl, UriKind.Absolute, out var url)
            ? ProfileName.FromText(url.Port is 443 or -1 ? url.IdnHost : FormattableString.Invariant($"{url.IdnHost}_{url.Port}"))
            : ProfileName.FromText(directoryUrl);
    }
}
