using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins.HttpFile;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Samples.QuickstartServers;

namespace PoshAcmeSharp.Samples.Quickstart;

/// <summary>One certificate by DNS and one by a web server. With a real CA only the addresses differ.</summary>
internal static class TwoCertificates
{
    /// <summary>Issues them.</summary>
    /// <param name="servers">Where the CA, the DNS and the web server are.</param>
    /// <param name="cancellationToken">Stops it; what was published is removed all the same.</param>
    /// <returns>The path of the first one.</returns>
    public static async Task<string> IssueAsync(LocalServers servers, CancellationToken cancellationToken)
    {
        // 1. The CA and an account there. A public CA needs no CACertificatePem.
        var options = new AcmeOptions
        {
            CACertificatePem = await File.ReadAllTextAsync(servers.CACertificatePath, cancellationToken),
            Reporter = new ConsoleReporter(),
        };
        using var client = await AcmeClient.ConnectAsync(servers.DirectoryUrl, options, cancellationToken);
        using var accountKey = AccountKey.Generate(KeyLength.Ec256);
        var account = await client.NewAccountAsync(
            accountKey,
            new NewAccountOptions { TermsOfServiceAgreed = true, Contact = ["mailto:admin@example.test"] },
            cancellationToken);
        Console.WriteLine($"Account {account.Account.Location} is {account.Account.Status}.");
        var issuer = new CertificateIssuer(account);

        // 2. A domain with its wildcard, by DNS. Without NameServers, all authoritative ones would be asked.
        var dnsWait = new DnsWaitOptions { NameServers = [NameServerEndpoint.Parse(servers.NameServer)] };
        using var dns = new TestDnsPlugin(new Uri(servers.DnsApiUrl));
        using var example = await issuer.IssueAsync(
            ["example.test", "*.example.test"], dns, new IssueOptions { DnsWait = dnsWait }, cancellationToken);

        // 3. One name, by a file that the web server serves.
        var webRoot = new HttpFilePlugin(new HttpFileOptions { WRPath = [servers.WebRoot] });
        using var www = await issuer.IssueAsync(
            ["www.example.test"], webRoot, new IssueOptions { KeyLength = KeyLength.Ec256 }, cancellationToken);

        // 4. What there is now
        Show(example, www);
        Verify(example, servers.RootCertificatePath);
        Verify(www, servers.RootCertificatePath);
        var folder = Directory.CreateTempSubdirectory("poshacme-quickstart-").FullName;
        www.Save(Path.Combine(folder, "www.example.test"));
        example.Save(Path.Combine(folder, "example.test"));
        return Path.Combine(folder, "example.test", OrderFileNames.FullChain);
    }

    private static void Show(params IssuedCertificate[] certificates)
    {
        const string Row = "{0,-32} {1,-10} {2,-9} {3}";
        Console.WriteLine();
        Console.WriteLine(Row, "AllSANs", "NotAfter", "KeyLength", "Thumbprint");
        Console.WriteLine(Row, "-------", "--------", "---------", "----------");
        foreach (var leaf in certificates.Select(c => c.Chain.Leaf))
        {
            Console.WriteLine(Row, string.Join(", ", leaf.AllSans), $"{leaf.NotAfter:yyyy-MM-dd}", leaf.KeyLength, leaf.Thumbprint);
        }

        Console.WriteLine();
    }

    private static void Verify(IssuedCertificate certificate, string rootCertificatePath)
    {
        using var leaf = X509Certificate2.CreateFromPem(certificate.Chain.LeafPem);
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(rootCertificatePath);
        chain.ChainPolicy.ExtraStore.ImportFromPem(certificate.Chain.IssuersPem);
        if (!chain.Build(leaf))
        {
            throw new InvalidOperationException($"The chain of {leaf.Subject} does not end in the CA's root. {chain.ChainStatus[0].StatusInformation}");
        }

        Console.WriteLine("Verified up to the CA's root: " + string.Join(" < ", chain.ChainElements.Select(e => e.Certificate.Subject)));
    }
}
