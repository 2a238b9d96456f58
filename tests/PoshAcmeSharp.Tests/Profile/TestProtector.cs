using System.Security.Cryptography;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>Stands for DPAPI: its header, and what was turned round.</summary>
internal sealed class TestProtector : IDataProtector
{
    private static readonly byte[] Header = Convert.FromHexString("01000000d08c9ddf0115d1118c7a00c04fc297eb");

    public byte[] Protect(byte[] data) => [.. Header, .. data.Reverse()];

    public byte[] Unprotect(byte[] data)
        => data.AsSpan().StartsWith(Header) ? data[Header.Length..].Reverse().ToArray() : throw new CryptographicException();
}
