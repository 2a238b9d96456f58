using System.Net;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace PoshAcmeSharp.Certificates;

/// <summary>Reads names and flags that certificates and requests share.</summary>
internal static class SubjectNames
{
    private const int StatusRequest = 5;

    /// <summary>DNS names and IP addresses of the subject alternative name extension, as it lists them.</summary>
    public static IReadOnlyList<string> Alternative(X509Extensions? extensions)
    {
        var names = new List<string>();
        if (Value(extensions, Oids.SubjectAlternativeName) is { } value)
        {
            foreach (Asn1Encodable member in Asn1Sequence.GetInstance(value))
            {
                var name = (Asn1TaggedObject)member;
                if (name.TagNo == GeneralName.DnsName)
                {
                    names.Add(DerIA5String.GetInstance(name, false).GetString());
                }
                else if (name.TagNo == GeneralName.IPAddress)
                {
                    names.Add(new IPAddress(Asn1OctetString.GetInstance(name, false).GetOctets()).ToString());
                }
            }
        }

        return names;
    }

    /// <summary>Whether the TLS feature extension asks for a stapled OCSP response (RFC 7633).</summary>
    public static bool MustStaple(X509Extensions? extensions)
    {
        if (Value(extensions, Oids.TlsFeature) is not { } value)
        {
            return false;
        }

        foreach (Asn1Encodable feature in Asn1Sequence.GetInstance(value))
        {
            if (feature is DerInteger number && number.Value.Equals(Org.BouncyCastle.Math.BigInteger.ValueOf(StatusRequest)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first CN of a name, or null.</summary>
    public static string? CommonName(X509Name name)
    {
        foreach (string value in name.GetValueList(Oids.CommonName))
        {
            return value;
        }

        return null;
    }

    /// <summary>What an extension holds, or null when it is not there.</summary>
    public static Asn1Object? Value(X509Extensions? extensions, DerObjectIdentifier oid)
        => extensions?.GetExtension(oid) is { } extension ? Der.Read(extension.Value.GetOctets()) : null;
}
