using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class NoncePoolTests
{
    [Fact]
    public void A_nonce_is_given_out_once_and_the_freshest_first()
    {
        var pool = new NoncePool();
        pool.Add("old");
        pool.Add("new");

        Assert.Equal("new", pool.Take());
        Assert.Equal("old", pool.Take());
        Assert.Null(pool.Take());
    }

    [Fact]
    public void Nonces_of_parallel_requests_are_never_shared()
    {
        const int count = 5000;
        var pool = new NoncePool();
        var taken = new System.Collections.Concurrent.ConcurrentBag<string>();

        Parallel.For(0, count, i =>
        {
            pool.Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (pool.Take() is { } nonce)
            {
                taken.Add(nonce);
            }
        });

        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.NotEmpty(taken);
    }

    [Fact]
    public void A_pool_that_is_cleared_is_empty()
    {
        var pool = new NoncePool();
        pool.Add("a");

        pool.Clear();

        Assert.Null(pool.Take());
    }

    [Fact]
    public void A_pool_does_not_grow_without_end()
    {
        var pool = new NoncePool();
        for (var i = 0; i < 1000; i++)
        {
            pool.Add("n");
        }

        var held = 0;
        while (pool.Take() is not null)
        {
            held++;
        }

        Assert.InRange(held, 16, 100);
    }

    [Theory]
    [InlineData("oFvnlFP1wIhRlYS2jTaXbA", true)]
    [InlineData("A-_9", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a=", false)]
    [InlineData("a+b/", false)]
    [InlineData("a\"b", false)]
    [InlineData("ä", false)]
    public void A_header_that_is_not_base64url_is_passed_over(string? header, bool isNonce)
        => Assert.Equal(isNonce ? header : null, NoncePool.Read(header));

    [Fact]
    public void A_huge_header_is_passed_over() => Assert.Null(NoncePool.Read(new string('a', 100_000)));
}
