using System.Collections;
using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Accepts the services of Exchange that a certificate can be enabled for.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateExchangeServiceAttribute : ValidateEnumeratedArgumentsAttribute
{
    internal static readonly string[] Services = ["IIS", "SMTP", "POP", "IMAP", "UM", "UMCallRouter"];

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        var service = element?.ToString() ?? string.Empty;
        if (string.Equals(service, "Federation", StringComparison.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException(
                "The certificate of a federation trust is not enabled but chosen with Set-FederationTrust, and all partners have to follow: it is no certificate to renew every few weeks.");
        }

        if (!Services.Contains(service, StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"'{service}' is no service of Exchange that takes a certificate. Use {string.Join(", ", Services)}.");
        }
    }
}

/// <summary>Completes the services of Exchange.</summary>
public sealed class ExchangeServiceCompleter : ValuesCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> GetValues(IDictionary boundParameters) => ValidateExchangeServiceAttribute.Services;
}
