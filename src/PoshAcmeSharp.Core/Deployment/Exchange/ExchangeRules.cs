namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>What Exchange does not take, said before it is asked.</summary>
internal static class ExchangeRules
{
    /// <summary>What is wrong with a certificate for what is wished, or null.</summary>
    public static PoshAcmeException? Refuse(ExchangeWish wish, DateTimeOffset now)
    {
        if (wish.Pfx?.Certificate is not { } certificate)
        {
            return null;
        }

        if (certificate.NotAfter <= now)
        {
            return new(
                "CertificateExpired",
                ErrorKind.InvalidData,
                $"The certificate {certificate.Thumbprint} has expired on {certificate.NotAfter.UtcDateTime:yyyy-MM-dd}.",
                "Renew it first: Submit-Renewal.");
        }

        if (!wish.AllowEcKey && certificate.KeyLength.StartsWith("ec", StringComparison.OrdinalIgnoreCase))
        {
            return new(
                "EcKeyRefused",
                ErrorKind.InvalidArgument,
                $"The certificate {certificate.Thumbprint} has an elliptic curve key ({certificate.KeyLength}). Exchange takes such keys from the update of April 2024 on, and never for federation and OAuth.",
                "Issue it with an RSA key (-KeyLength 2048 -AlwaysNewKey), or use -AllowEcKey where all servers take such keys.");
        }

        return wish.WantsConnectors && string.IsNullOrEmpty(certificate.Subject) ? SubjectNeeded(certificate.Thumbprint) : null;
    }

    /// <summary>What to tell about a certificate that may be imported all the same.</summary>
    public static IEnumerable<DeploymentStep> Warn(ExchangeWish wish)
    {
        if (wish.Pfx is { HasIssuer: false, Certificate.IsSelfSigned: false })
        {
            yield return new(
                ExchangeStep.Certificate,
                StepOutcome.Warning,
                $"The PFX file holds no certificate of the issuer '{wish.Pfx.Certificate.Issuer}': where a server lacks it, clients will not trust the server. Use a file with the chain, such as fullchain.pfx.");
        }

        if (wish.Pfx is { AllowsClientAuthentication: false } && wish.WantsConnectors)
        {
            yield return new(
                ExchangeStep.Certificate,
                StepOutcome.Warning,
                "The certificate is not made for client authentication. A connector that relies on mutual TLS, as in a hybrid deployment or with a partner's domain security, needs one that is.");
        }
    }

    /// <summary>That connectors cannot name a certificate.</summary>
    public static PoshAcmeException SubjectNeeded(string thumbprint) => new(
        "ConnectorNeedsSubject",
        ErrorKind.InvalidData,
        $"The certificate {thumbprint} has an empty subject, and connectors name certificates by issuer and subject.",
        "Issue it with a subject: with a profile of the CA that gives a common name, such as -Profile classic, or with -Subject.");
}
