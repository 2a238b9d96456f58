using System.Management.Automation;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Makes what commands write: objects with the names and shapes that scripts know.</summary>
internal static class OutputObjects
{
    public static PSObject From(StoredServer server) => PSObjects.Create(server.ToProperties(), TypeNames.Server);

    public static PSObject From(StoredAccount account) => PSObjects.Create(account.ToProperties(), TypeNames.Account);

    public static PSObject From(StoredOrder order) => PSObjects.Create(order.ToProperties(), TypeNames.Order);

    public static PSObject From(ServerOrder listed) => PSObjects.Create(
        [
            new("Name", listed.Stored?.Name),
            new("status", listed.Order.Status),
            new("Names", listed.Order.Identifiers.Select(i => i.Value).ToArray()),
            new("expires", listed.Order.ToPlainObject()["expires"]),
            new("profile", listed.Order.Profile),
            new("certificate", listed.Order.Certificate),
            new("authorizations", listed.Order.Authorizations.ToArray()),
            new("location", listed.Order.Location),
        ],
        TypeNames.ServerOrder);

    /// <summary>What the server sent, then what is handy: the name as it stands in the order, and the common challenges.</summary>
    public static PSObject From(AcmeAuthorization authorization)
    {
        var made = PSObjects.Create(authorization.ToPlainObject(), TypeNames.Authorization);
        PSObjects.Set(made, "DNSId", authorization.Identifier.Value);
        PSObjects.Set(made, "fqdn", authorization.FullName);
        PSObjects.Set(made, "location", authorization.Location);
        AddChallenge(made, "DNS01", authorization.FindChallenge(ChallengeType.Dns01));
        AddChallenge(made, "HTTP01", authorization.FindChallenge(ChallengeType.Http01));
        AddChallenge(made, "TLSALPN01", authorization.FindChallenge(ChallengeType.TlsAlpn01));
        return made;
    }

    public static PSObject From(OrderCertificate issued)
    {
        var certificate = issued.Certificate;
        return PSObjects.Create(
            [
                new("Subject", certificate.Subject),
                new("NotBefore", certificate.NotBefore.LocalDateTime),
                new("NotAfter", certificate.NotAfter.LocalDateTime),
                new("KeyLength", certificate.KeyLength),
                new("Thumbprint", certificate.Thumbprint),
                new("ARIId", certificate.AriId),
                new("Serial", certificate.Serial),
                new("AllSANs", certificate.AllSans.ToArray()),
                new("CertFile", PathOf(OrderFileNames.Certificate)),
                new("KeyFile", PathOf(OrderFileNames.Key)),
                new("ChainFile", PathOf(OrderFileNames.Chain)),
                new("FullChainFile", PathOf(OrderFileNames.FullChain)),
                new("PfxFile", PathOf(OrderFileNames.Pfx)),
                new("PfxFullChain", PathOf(OrderFileNames.PfxFullChain)),
                new("CSR", PathOf(OrderFileNames.Request)),
                new("PfxPass", SecretInput.Secure(issued.Order.PfxPass)),
            ],
            TypeNames.Certificate);

        // Scripts pass these to Test-Path, so they are paths also where there is no such file.
        string PathOf(string file) => Path.Combine(issued.Order.Folder, file);
    }

    public static PSObject From(InstalledCertificate installed) => PSObjects.Create(
        [
            new("Thumbprint", installed.Thumbprint),
            new("StoreLocation", installed.Location.ToString()),
            new("StoreName", installed.StoreName),
            new("Status", installed.Status.ToString()),
        ],
        TypeNames.InstalledCertificate);

    private static void AddChallenge(PSObject made, string prefix, AcmeChallenge? challenge)
    {
        PSObjects.Set(made, prefix + "Status", challenge?.Status);
        PSObjects.Set(made, prefix + "Url", challenge?.Url);
        PSObjects.Set(made, prefix + "Token", challenge?.Token);
    }
}
