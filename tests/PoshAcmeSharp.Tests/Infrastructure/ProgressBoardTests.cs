using PoshAcmeSharp.PowerShell.Infrastructure;
using Xunit;

namespace PoshAcmeSharp.Tests.Infrastructure;

public sealed class ProgressBoardTests
{
    private readonly List<(int Id, int Parent, ProgressUpdate Update)> _drawn = [];
    private readonly ProgressBoard _board;

    public ProgressBoardTests() => _board = new ProgressBoard((id, parent, update) => _drawn.Add((id, parent, update)));

    [Fact]
    public void Only_the_newest_state_of_a_line_is_drawn()
    {
        for (var i = 1; i <= 100; i++)
        {
            _board.Update(new("Waiting for DNS", $"{i} of 100", i));
        }

        _board.Draw();

        Assert.Equal("100 of 100", Assert.Single(_drawn).Update.Status);
    }

    [Fact]
    public void A_line_keeps_its_id()
    {
        _board.Update(new("Waiting for DNS", "1 of 2"));
        _board.Draw();
        _board.Update(new("Waiting for DNS", "2 of 2"));
        _board.Draw();

        Assert.Equal(2, _drawn.Count);
        Assert.Equal(_drawn[0].Id, _drawn[1].Id);
    }

    [Fact]
    public void Other_lines_hang_below_the_first()
    {
        _board.Update(new("Issuing", "3 names"));
        _board.Update(new("Waiting for DNS", "1 of 3"));
        _board.Draw();

        Assert.Equal([-1, _drawn[0].Id], _drawn.Select(d => d.Parent));
    }

    [Fact]
    public void What_did_not_change_is_not_drawn_again()
    {
        _board.Update(new("Issuing", "3 names"));
        _board.Draw();
        _board.Draw();

        Assert.Single(_drawn);
    }

    [Fact]
    public void A_line_that_was_never_drawn_need_not_be_taken_away()
    {
        _board.Update(new("Issuing", "3 names"));
        _board.Update(new("Issuing", "done", IsCompleted: true));
        _board.Draw();

        Assert.Empty(_drawn);
    }

    [Fact]
    public void Clearing_takes_every_shown_line_away_once()
    {
        _board.Update(new("Issuing", "3 names"));
        _board.Update(new("Waiting for DNS", "1 of 3"));
        _board.Draw();
        _drawn.Clear();

        _board.Clear();
        _board.Clear();

        Assert.Equal(2, _drawn.Count);
        Assert.All(_drawn, d => Assert.True(d.Update.IsCompleted));
    }
}
