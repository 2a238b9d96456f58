using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Issuing, downloading (RFC 8555 section 7.4.2) and revoking (section 7.6) certificates.</summary>
internal static class CertificateHandler
{
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    /// <summary>Signs a request when it fits the order.</summary>
    /// <param name="state">The server's state.</param>
    /// <param name="order">The order.</param>
    /// <param name="csr">The request: DER as base64url.</param>
    /// <returns>The certificate.</returns>
    public static ScriptedCertificate Issue(ScriptedAcmeState state, ScriptedOrder order, string csr)
    {
        var request = Load(Jws.Decode(csr));
        var names = request.CertificateExtensions
            .Where(e => e.Oid?.Value == "2.5.29.17")
            .Select(e => new X509SubjectAlternativeNameExtension(e.RawData))
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ordered = order.Identifiers.Select(i => i.Type == "ip" ? IPAddress.Parse(i.Value).ToString() : i.Value).ToList();
        if (!names.SetEquals(ordered))
        {
            throw BadCsr($"The request has the names {string.Join(", ", names)}, the order {string.Join(", ", ordered)}.");
        }

        if (request.SubjectName.EnumerateRelativeDistinguishedNames().FirstOrDefault(n => n.GetSingleElementType().Value == "2.5.4.3")?.GetSingleElementValue() is { } commonName
            && !names.Contains(commonName))
        {
            throw BadCsr($"The common name {commonName} is none of the order's names.");
        }

        var notBefore = order.NotBefore is null ? state.Now - Backdate : DateTimeOffset.Parse(order.NotBefore, CultureInfo.InvariantCulture);
        var notAfter = order.NotAfter is null ? notBefore + state.Options.CertificateLifetime : DateTimeOffset.Parse(order.NotAfter, CultureInfo.InvariantCulture);
        using var leaf = state.Authority.IssueFromRequest(request, notBefore, notAfter);
        var pem = leaf.ExportCertificatePem() + "\n";
        var certificate = new ScriptedCertificate(state)
        {
            Account = order.Account,
            Der = leaf.RawData,
            Chains =
            [
                [pem, .. state.Authority.IntermediatePems],
                .. state.Alternates.Take(state.Options.AlternateChains).Select(a => (IReadOnlyList<string>)[pem, .. state.Authority.CrossSignedBy(a)]),
            ],
            RenewalInfoId = RenewalInfoId(leaf),
            NotBefore = leaf.NotBefore,
            NotAfter = leaf.NotAfter,
        };
        if (order.Replaces is not null)
        {
            state.Certificates.First(c => c.RenewalInfoId == order.Replaces).IsReplaced = true;
        }

        return certificate;
    }

    public static AcmeResponse Download(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var parts = request.Id.Split('/');
        var certificate = state.Certificates.Find(c => c.Id == parts[0] && !c.IsGone) ?? throw AcmeRefusalException.NotFound("certificate");
        if (certificate.Account != account)
        {
            throw AcmeRefusalException.Unauthorized("This is another account's.");
        }

        var index = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var response = new AcmeResponse
        {
            ContentType = "application/pem-certificate-chain",
            Text = state.Options.FormatChain(certificate.Chains[index]),
        };
        for (var i = 0; i < certificate.Chains.Count; i++)
        {
            if (i != index)
            {
                response.With("Link", string.Create(CultureInfo.InvariantCulture, $"<{certificate.Url}/{i}>;rel=\"alternate\""));
            }
        }

        return response;
    }

    /// <summary>Revokes; by the account that has it, or by the certificate's own key.</summary>
    public static AcmeResponse Revoke(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount? account)
    {
        var payload = request.Jws!.PayloadObject;
        var der = Jws.Decode((string?)payload["certificate"] ?? string.Empty);
        var certificate = state.Certificates.Find(c => c.Der.AsSpan().SequenceEqual(der)) ?? throw AcmeRefusalException.NotFound("certificate");
        if (account is not null && certificate.Account != account)
        {
            throw new AcmeRefusalException(new ProblemDocument(403, "unauthorized", "This is another account's."));
        }

        if (account is null)
        {
            VerifyWithCertificate(request.Jws!, certificate);
        }

        if (certificate.RevocationReason is not null)
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "alreadyRevoked", "The certificate is revoked already."));
        }

        var reason = (int?)payload["reason"] ?? 0;
        certificate.RevocationReason = reason is 0 or 1 or 3 or 4 or 5
            ? reason
            : throw new AcmeRefusalException(new ProblemDocument(400, "badRevocationReason", $"The reason {reason} is not allowed."));
        return AcmeResponse.Empty(200);
    }

    private static CertificateRequest Load(byte[] der)
    {
        try
        {
            // Loading verifies the signature of the request.
            var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            using var rsa = request.PublicKey.GetRSAPublicKey();
            return rsa is null or { KeySize: >= 2048 and <= 4096 }
                ? request
                : throw new AcmeRefusalException(new ProblemDocument(400, "badPublicKey", $"A key of {rsa.KeySize} bits is not allowed."));
        }
        catch (CryptographicException e)
        {
            throw BadCsr(e.Message);
        }
    }

    private static void VerifyWithCertificate(Jws jws, ScriptedCertificate certificate)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.Der);
        var jwk = (JsonObject)jws.Protected["jwk"]!;
        using var rsa = leaf.GetRSAPublicKey();
        using var ecdsa = leaf.GetECDsaPublicKey();
        var coordinate = rsa?.ExportParameters(false).Modulus ?? ecdsa!.ExportParameters(false).Q.X!;
        if ((string?)jwk[rsa is null ? "x" : "n"] != Base64Url.EncodeToString(coordinate))
        {
            throw new AcmeRefusalException(new ProblemDocument(403, "unauthorized", "This is not the key of the certificate."));
        }
    }

    /// <summary>Base64url of the authority's key identifier, a dot, base64url of the serial number (RFC 9773 section 4.1).</summary>
    private static string RenewalInfoId(X509Certificate2 leaf)
    {
        var authority = leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value;
        return $"{Base64Url.EncodeToString(authority.Span)}.{Base64Url.EncodeToString(leaf.SerialNumberBytes.Span)}";
    }

    private static AcmeRefusalException BadCsr(string detail) => new(new ProblemDocument(400, "badCSR", detail));
}
