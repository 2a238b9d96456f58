using System.Net;
using Xunit;

namespace PoshAcmeSharp.Tests.Diagnostics;

public sealed class TlsDefaultsTests
{
    [Theory]
    [InlineData(192, 192 | 3072)]
    [InlineData(3072 | 12288, 3072 | 12288)]
    [InlineData(0, 0)]
    public void TLS_1_2_is_added_and_nothing_is_taken_away(int offered, int expected)
        => Assert.Equal((SecurityProtocolType)expected, TlsDefaults.WithTls12((SecurityProtocolType)offered));
}
