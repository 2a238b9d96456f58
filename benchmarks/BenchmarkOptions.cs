using System.Globalization;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>What is measured.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: Benchmarks [options]
          --names 1,10,50          how many names the orders have
          --delay 0,25             milliseconds that the network adds each way
          --orders 10,100,1000     how many orders a profile has, of which none is due; Posh-ACME gets 25 at most
          --memory 100             how many names the order has in which the memory of pwsh is measured
          --nonce 50,90            percent of nonces that the server refuses while many certificates are issued; default: none,
                                   as that takes minutes
          --issuances 1000         how many certificates are issued then at most
          --minutes 5              for how long at most
          --module <psd1>          the module whose import is measured; default: artifacts/PoshAcmeSharp/PoshAcmeSharp.psd1
          --posh-acme <psd1>       Posh-ACME, to be measured beside it
        Needs pebble and pebble-challtestsrv on the PATH; the modules also pwsh.
        """;

    public IReadOnlyList<int> Names { get; private init; } = [1, 10, 50];

    public IReadOnlyList<int> Delays { get; private init; } = [0, 25];

    public IReadOnlyList<int> Orders { get; private init; } = [10, 100, 1000];

    public IReadOnlyList<int> Memory { get; private init; } = [100];

    public IReadOnlyList<int> RejectPercents { get; private init; } = [];

    public int Issuances { get; private init; } = 1000;

    public int Minutes { get; private init; } = 5;

    public string Module { get; private init; } = Path.Combine("artifacts", "PoshAcmeSharp", "PoshAcmeSharp.psd1");

    public string? PoshAcme { get; private init; }

    /// <summary>Reads the command line.</summary>
    /// <param name="args">Its words.</param>
    /// <returns>The options, or null when they cannot be understood.</returns>
    public static BenchmarkOptions? Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        if (args.Length % 2 != 0)
        {
            return null;
        }

        foreach (var pair in args.Chunk(2))
        {
            var next = pair[0] switch
            {
                "--names" when Numbers(pair[1]) is { } names => options with { Names = names },
                "--delay" when Numbers(pair[1]) is { } delays => options with { Delays = delays },
                "--orders" when Numbers(pair[1]) is { } orders => options with { Orders = orders },
                "--memory" when Numbers(pair[1]) is { } names => options with { Memory = names },
                "--nonce" when Numbers(pair[1]) is { } percents => options with { RejectPercents = percents },
                "--issuances" when Numbers(pair[1]) is [var count] => options with { Issuances = count },
                "--minutes" when Numbers(pair[1]) is [var minutes] => options with { Minutes = minutes },
                "--module" => options with { Module = pair[1] },
                "--posh-acme" => options with { PoshAcme = pair[1] },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }

    private static List<int>? Numbers(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
